/** Trouble of Exchange Online itself, or of the way to it, in the middle of a transaction; and replies that nobody has an explanation for. */

import type { PlayedFailure } from './played-failure.ts';
import { sisimaiBounces, socketError } from './sources.ts';

const afterMessage = { by: ['recipient'], at: 'final-dot' } as const;
const reset = { reply: null, source: 'RFC 9293 §3.10.7.4' } as const;
const silence = { reply: null, silent: true } as const;

export const serviceReplies: readonly PlayedFailure[] = [
  {
    name: 'connection-reset',
    by: ['recipient'],
    at: 'data-command',
    plays: 'The connection is reset in answer to DATA, before any of the message is sent.',
    replies: [reset],
  },
  {
    // A small message is wholly on its way by then; one of some megabytes is not, and ends in connection-reset.
    name: 'connection-reset-in-content',
    failure: 'submission-in-doubt',
    by: ['recipient'],
    at: 'content',
    plays:
      'The connection is reset as soon as the first bytes of the message arrive: a short message is in doubt, a large one is not.',
    replies: [reset],
  },
  {
    name: 'connection-timeout',
    by: ['recipient'],
    at: 'data-command',
    plays: 'The server never answers DATA.',
    replies: [{ ...silence, source: 'RFC 5321 §4.5.3.2.4' }],
  },
  {
    name: 'submission-in-doubt',
    by: ['recipient'],
    at: 'final-dot',
    plays: 'The connection is reset behind the final dot, before the reply.',
    replies: [reset],
  },
  {
    name: 'no-reply-to-final-dot',
    failure: 'submission-in-doubt',
    by: ['recipient'],
    at: 'final-dot',
    plays: 'The server never answers the final dot.',
    replies: [{ ...silence, source: 'RFC 5321 §4.5.3.2.6' }],
  },
  {
    name: 'smtp-reply-malformed',
    by: ['recipient'],
    at: 'data-command',
    plays: 'What comes in answer to DATA is no reply of SMTP.',
    replies: [{ reply: 'HTTP/1.1 400 Bad Request', source: 'RFC 5321 §4.2' }],
  },
  {
    name: 'smtp-protocol-error',
    by: ['recipient'],
    at: 'rcpt',
    plays: 'The server does not understand a command, or did not expect it then.',
    replies: [
      {
        reply: '501 5.5.4 Unrecognized parameter {session}',
        source: 'https://github.com/aad-for-linux/pam_aad/issues/15',
      },
      { reply: '503 5.5.1 Bad sequence of commands {session}', source: 'RFC 5321 §4.2.2', at: 'data-command' },
      { reply: "500 5.3.3 Unrecognized command 'DATA' {session}", source: 'RFC 5321 §4.2.2', at: 'data-command' },
    ],
  },
  {
    ...afterMessage,
    name: 'smtp-temporary-server-error',
    plays: 'A passing fault inside Exchange.',
    replies: [
      {
        reply:
          '451 4.4.0 Message failed to be replicated: No healthy secondary server available to accept replica at this time. {session}',
        source: 'ActiveCampaign/smtp-field-manual: data/codes/451.json',
      },
      {
        reply: '450 4.7.3 Organization queue quota exceeded. {session}',
        source: 'ActiveCampaign/smtp-field-manual: data/codes/450.json',
      },
    ],
  },
  {
    ...afterMessage,
    name: 'smtp-service-not-available',
    plays: 'The server goes into maintenance and closes the connection.',
    replies: [
      {
        reply: '421 4.3.2 Service not available {session}',
        closes: true,
        source: 'ActiveCampaign/smtp-field-manual: data/codes/421.json',
      },
    ],
  },
  {
    ...afterMessage,
    name: 'smtp-connection-dropped',
    plays: 'The server gives the connection up and says so.',
    replies: [
      { reply: '421 4.4.2 Connection dropped due to SocketError {session}', closes: true, source: socketError },
    ],
  },
  {
    ...afterMessage,
    name: 'refused-by-server',
    plays: 'A permanent refusal that is no well-known one.',
    replies: [{ reply: '554 5.4.14 Hop count exceeded - possible mail loop ATTR34 {session}', source: sisimaiBounces }],
  },
  {
    ...afterMessage,
    name: 'refused-by-server-for-now',
    failure: 'refused-by-server',
    plays: 'A transient refusal that is no well-known one.',
    replies: [
      {
        reply: '450 4.7.320 Certificate validation failed {session}',
        source: 'learn.microsoft.com, Exchange Online SMTP error codes 4.7.320',
      },
    ],
  },
];
