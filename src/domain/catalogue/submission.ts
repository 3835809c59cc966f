/** What the relay reports of submissions that it holds: what became of them, what cannot be done with them any more, and what they wait for. */

import type { CatalogueEntry } from './entry.ts';

const api = 'README.md of this project';
const rfc9110 = 'https://www.rfc-editor.org/rfc/rfc9110';
const limits =
  'https://learn.microsoft.com/en-us/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits';
const submission = 'https://www.rfc-editor.org/rfc/rfc6409';
const lookAtSubmission = 'Read /submissions/ID for the status, its recipients and its attempts.';

export const submissionFailures = {
  'submission-expired': {
    title: 'The message could not be submitted in time',
    cause:
      'The relay has tried until expires_in was over, and has given up. The detail says what the last failure was. Recipients that were accepted before keep their message.',
    status: 503,
    stage: 'request',
    about: 'message',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Cure the last failure, then have the relay try again if the message is still of use.',
      steps: [
        lookAtSubmission,
        'Look up the code of the last failure at /failures and follow its remedy.',
        'If the message is still of use, post to /submissions/ID/retry, with a key that has the scope operate: the relay tries the recipients that were not accepted again, as long as it keeps the content.',
        'Give messages that may be late a longer expires_in, 432000 seconds at most.',
      ],
      powershell: [],
      docs: [submission],
    },
    sources: [api, 'https://www.rfc-editor.org/rfc/rfc5321#section-4.5.4.1'],
  },
  'submission-canceled': {
    title: 'The submission was canceled',
    cause: 'Somebody has canceled the submission before it was submitted to all of its recipients.',
    status: 409,
    stage: 'request',
    about: 'message',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Nothing needs to be cured; send the message again if it was canceled by mistake.',
      steps: [
        lookAtSubmission,
        'If it was canceled by mistake, send the message again with a new Idempotency-Key: the relay has let go of its content.',
      ],
      powershell: [],
      docs: [rfc9110],
    },
    sources: [api],
  },
  'submission-final': {
    title: 'The submission is final and cannot be canceled',
    cause:
      'The submission was submitted, has failed, is in doubt or was canceled before. Nothing of it waits any more, so there is nothing to stop.',
    status: 409,
    stage: 'request',
    about: 'message',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Read the status of the submission: it does not change by itself any more.',
      steps: [lookAtSubmission, 'A message that Exchange Online has taken cannot be recalled by the relay.'],
      powershell: [],
      docs: [rfc9110],
    },
    sources: [api],
  },
  'submission-sending': {
    title: 'The submission is on its way at this moment',
    cause:
      'The message is being submitted to Exchange Online just now. Whether it will be accepted is known in a moment; until then the submission cannot be changed.',
    status: 409,
    stage: 'request',
    about: 'message',
    responsible: 'caller',
    retry: { afterSeconds: 10 },
    remedy: {
      summary: 'Wait a moment, then look at the submission and ask again if it still waits.',
      steps: [
        'Wait for the time in the header Retry-After. After the end of a message Exchange Online may take up to ten minutes to answer.',
        lookAtSubmission,
        'If it is deferred then, repeat the request.',
      ],
      powershell: [],
      docs: [rfc9110],
    },
    sources: [api, 'https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.2.6'],
  },
  'submission-submitted': {
    title: 'The submission was submitted already',
    cause:
      'Exchange Online has accepted this submission, and nobody of its recipients is left to try. Submitting it again would send the message twice.',
    status: 409,
    stage: 'request',
    about: 'message',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Send a new message if the recipients are to have it once more.',
      steps: [
        lookAtSubmission,
        'If a recipient misses the message, search the message trace of Exchange Online for its message_id: submitted does not mean delivered.',
        'To send it once more in spite of that, post it to /send as a new message with a new Idempotency-Key.',
      ],
      powershell: [],
      docs: ['https://learn.microsoft.com/en-us/exchange/monitoring/trace-an-email-message/message-trace-modern-eac'],
    },
    sources: [api],
  },
  'content-gone': {
    title: 'The content of the submission is no longer kept',
    cause:
      'The relay keeps the record of a finished submission longer than its content, and the content is gone. Without it nothing can be submitted.',
    status: 410,
    stage: 'request',
    about: 'message',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Send the message again from the application that has it.',
      steps: [
        lookAtSubmission,
        'Post the message to /send again, to the recipients that were not accepted, with a new Idempotency-Key.',
        'If there was too little time to cure the cause, have the operator raise FAILED_CONTENT_RETENTION_HOURS.',
      ],
      powershell: [],
      docs: [rfc9110],
    },
    sources: [api, rfc9110],
  },
  'mailbox-paced': {
    title: 'The mailbox has used up what Exchange Online allows it',
    cause:
      'Exchange Online limits how many connections, messages a minute and recipients a day a mailbox may have. {mailbox} has used one of them up for now, so the relay did not try.',
    status: 503,
    stage: 'request',
    about: 'mailbox',
    responsible: 'operator',
    retry: { afterSeconds: 60 },
    remedy: {
      summary: 'Let the relay hold the message, or send again later; spread the load over more mailboxes if it lasts.',
      steps: [
        'Leave out "retry": false: the relay then holds the message and submits it as soon as there is room.',
        'Otherwise send the request again after the time in the header Retry-After.',
        'Ask the relay for /mailboxes, with a key that has the scope operate, to see which budget of {mailbox} is used up and when there is room.',
        'Send newsletters and reports with priority bulk, so that what is urgent goes first.',
        'If {mailbox} is at its limits day after day, send a part of the messages from another mailbox.',
      ],
      powershell: [],
      docs: [limits],
    },
    sources: [api, limits],
  },
  'mailbox-paused': {
    title: 'The relay has paused this sender, mailbox or tenant',
    cause:
      'Exchange Online or Entra ID has refused earlier messages in a way that hits all of the sender, mailbox or tenant. The relay tries only one now and then until that is cured. The detail names the failure.',
    status: 503,
    stage: 'request',
    about: 'mailbox',
    responsible: 'operator',
    retry: { afterSeconds: 60 },
    remedy: {
      summary: 'Cure the failure named in the detail, then resume.',
      steps: [
        'Read in "detail" which failure it is, look up its code at /failures and follow its remedy.',
        'Post to /mailboxes/ADDRESS/resume, or for a tenant to /tenants/NAME/resume, with a key that has the scope operate; without that the relay finds out by itself, later.',
        'Leave out "retry": false: the relay then holds the message until the failure is cured or expires_in is over.',
        'Do not resume before it is cured: Exchange Online suspends SMTP AUTH of a mailbox after too many refusals.',
      ],
      powershell: [],
      docs: ['https://learn.microsoft.com/en-us/exchange/troubleshoot/send-emails/smtp-submission-improvements'],
    },
    sources: [
      api,
      'MicrosoftDocs/SupportArticles-docs: Exchange/ExchangeOnline/send-emails/smtp-submission-improvements.md',
    ],
  },
  'mailbox-not-configured': {
    title: 'The mailbox of a held message is not configured any more',
    cause:
      'The relay holds a message for {mailbox}, and its routing does not know that mailbox any more, or not in the same tenant. The message is held until it does or until it expires.',
    status: 503,
    stage: 'request',
    about: 'mailbox',
    responsible: 'operator',
    retry: { afterSeconds: 300 },
    remedy: {
      summary: 'Put {mailbox} back into the routing, or cancel what is held for it.',
      steps: [
        'Compare the routing file with its earlier version: {mailbox} was removed, spelled differently or moved to another tenant.',
        'Put it back at least until nothing is held for it; the relay reads the file again by itself, and without a file after a restart.',
        'With several replicas, check that all of them have the same routing file.',
        'If the mailbox is gone for good, cancel the submissions that are held for it, and send them anew from another.',
      ],
      powershell: [],
      docs: [rfc9110],
    },
    sources: [api],
  },
} as const satisfies Record<string, CatalogueEntry>;
