/** What the relay reports when it cannot take a message to hold. Except for `acceptance-unknown`, each says for certain that it was not taken by this request. */

import type { CatalogueEntry } from './entry.ts';

const api = 'README.md of this project';
const rfc9110 = 'https://www.rfc-editor.org/rfc/rfc9110';
const idempotencyKey = 'https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header';

export const outboxFailures = {
  'outbox-full': {
    title: 'The relay holds as many messages as it may',
    cause:
      'The outbox has reached the number of submissions or the bytes of content that it may hold. This message was not taken, and nothing was submitted.',
    status: 503,
    stage: 'request',
    about: 'relay',
    responsible: 'operator',
    retry: { afterSeconds: 60 },
    remedy: {
      summary:
        'Send again later; have the operator see why the outbox does not empty, and then whether it is too small.',
      steps: [
        'Send the request again after the time in the header Retry-After.',
        'Ask the relay for /mailboxes, with a key that has the scope operate: a mailbox that is paused, or paced with a long line, is why the outbox fills. Cure what its failure says.',
        'Cancel or forget the submissions that nobody needs any more.',
        'If the outbox is too small for what is sent, raise OUTBOX_MAX_SUBMISSIONS or OUTBOX_MAX_MIB, when the disk has the room, and restart the relay.',
        'Contents of failed submissions count too: a shorter FAILED_CONTENT_RETENTION_HOURS lets them go earlier.',
      ],
      powershell: [],
      docs: [rfc9110],
    },
    sources: [api, rfc9110],
  },
  'outbox-unavailable': {
    title: 'The relay cannot write to its outbox',
    cause:
      'The disk or the store that keeps submissions is full or fails. The relay takes no message that it could lose, so this request changed nothing and submitted nothing.',
    status: 503,
    stage: 'request',
    about: 'relay',
    responsible: 'operator',
    retry: { afterSeconds: 10 },
    remedy: {
      summary: 'Give the outbox room and a disk that can be written, then send again.',
      steps: [
        'Read in the log of the relay what the disk or the store has answered.',
        'Check that the volume of DATA_DIR has free space and free inodes, is mounted read-write, and belongs to the user that the relay runs as.',
        'With Redis: check that it can be reached, has memory left and can save to its disk.',
        'Send the request again after the time in the header Retry-After: the relay takes messages again as soon as it can write.',
      ],
      powershell: [],
      docs: [rfc9110],
    },
    sources: [api, rfc9110],
  },
  'acceptance-unknown': {
    title: 'It is unknown whether the relay holds the message',
    cause:
      "The connection to the relay's store broke, or the store took too long, after the message was written and before its answer came. The relay may hold the message and submit it, or not.",
    status: 504,
    stage: 'request',
    about: 'relay',
    responsible: 'operator',
    retry: { afterSeconds: 10 },
    remedy: {
      summary: 'Repeat the request with the same Idempotency-Key; without one, look for the message first.',
      steps: [
        'If the request had an Idempotency-Key, send it again unchanged, with the same key: if the relay holds the message, it answers with that submission and takes no second one.',
        'If it had none, ask the relay for /submissions of the last minutes and look for the message_id of this answer, {message_id}; send again only when it is not there.',
        'Send an Idempotency-Key with each message, so that any request can be repeated.',
        'If it repeats, have the operator read in the log of the relay why its store does not answer.',
      ],
      powershell: [],
      docs: [idempotencyKey],
    },
    sources: [api, idempotencyKey],
  },
  'idempotency-key-reused': {
    title: 'The Idempotency-Key belongs to another message',
    cause:
      'This client has sent another request with the same Idempotency-Key within the time that keys are kept, and what it asked for differs. Nothing was submitted for this request.',
    status: 409,
    stage: 'request',
    about: 'message',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Use a key of its own for each message, and the same key only to repeat the same request.',
      steps: [
        'Check that the key is made from what makes the message unique, such as the number of the document and of its version, and not from a constant or the time of day.',
        'If this is a new message, send it with a new key.',
        'If it was meant as a repetition, send the request exactly as it was the first time.',
      ],
      powershell: [],
      docs: [idempotencyKey],
    },
    sources: [api, idempotencyKey],
  },
  'idempotency-key-in-use': {
    title: 'The first request with this Idempotency-Key is still running',
    cause:
      'Another request of this client with the same Idempotency-Key has not been answered yet. Nothing was submitted for this one.',
    status: 409,
    stage: 'request',
    about: 'message',
    responsible: 'caller',
    retry: { afterSeconds: 2 },
    remedy: {
      summary: 'Wait for the answer to the first request, or repeat it in a moment with the same key.',
      steps: [
        'Send the same request with the same key again after the time in the header Retry-After: it is answered with what became of the first.',
        'Make the timeout of the application longer than the time it lets the relay wait, which is 30 seconds unless the header Prefer says otherwise.',
        'Check that the application does not send one document twice at once.',
      ],
      powershell: [],
      docs: [idempotencyKey],
    },
    sources: [api, idempotencyKey],
  },
  'schedule-invalid': {
    title: 'The message cannot be scheduled like this',
    cause:
      'One of scheduled_at and expires_in is out of its range, or "retry": false goes with what only a held message can have. The errors name each field. Nothing was submitted.',
    status: 422,
    stage: 'request',
    about: 'message',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Correct the fields named in "errors".',
      steps: [
        'Set scheduled_at to a time from now up to 30 days ahead, with its offset from UTC; leave it out for now.',
        'Set expires_in to 60 to 432000 seconds, counted from scheduled_at; without it a message expires after a day.',
        'Leave out "retry": false where the message is scheduled or the header Prefer says respond-async: both have the relay hold the message.',
        'Compare the clocks when a time that should lie ahead is refused as past.',
      ],
      powershell: [],
      docs: ['https://www.rfc-editor.org/rfc/rfc3339'],
    },
    sources: [api, 'https://www.rfc-editor.org/rfc/rfc3339', 'https://www.rfc-editor.org/rfc/rfc7240'],
  },
} as const satisfies Record<string, CatalogueEntry>;
