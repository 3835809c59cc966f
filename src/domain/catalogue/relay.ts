/** What the relay reports on its own account. Except for `submission-in-doubt`, nothing was submitted. */

import type { CatalogueEntry } from './entry.ts';

const api = 'README.md of this project';
const rfc5322 = 'https://www.rfc-editor.org/rfc/rfc5322';
const rfc9110 = 'https://www.rfc-editor.org/rfc/rfc9110';

export const relayFailures = {
  unauthenticated: {
    title: 'The API key is missing, unknown or expired',
    cause:
      'The request carried no API key, or one that this relay does not know or that has expired. The relay cannot tell whose message this is.',
    status: 401,
    stage: 'request',
    about: 'relay',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Send the header Authorization: Bearer, followed by a valid API key.',
      steps: [
        'Check that the request has the header Authorization, with the word Bearer, one space and the API key.',
        'Check that no quotes, line ends or spaces were copied along with the key.',
        'Check that no proxy between caller and relay removes the header Authorization.',
        'For /metrics, present what METRICS_TOKEN was set to; an API key is not asked for there.',
        'If the key is lost, ask the operator of the relay: it is what API_KEY was set to, or a new one is needed where only API_KEY_SHA256 was set.',
      ],
      powershell: [],
      docs: ['https://www.rfc-editor.org/rfc/rfc6750'],
    },
    sources: [api, 'https://www.rfc-editor.org/rfc/rfc6750'],
  },
  'forbidden-scope': {
    title: 'The API key may not do this',
    cause: 'The API key is known, but the client it belongs to was not given the scope that this route asks for.',
    status: 403,
    stage: 'request',
    about: 'relay',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary:
        'Use the key of a client that has the scope named in "detail", or have the operator give it to this one.',
      steps: [
        'Read in "detail" which scope is missing, and which ones the client has.',
        'Check that the key of another application was not taken by mistake.',
        "Otherwise ask the operator of the relay to add the scope to the client's scopes.",
      ],
      powershell: [],
      docs: ['https://www.rfc-editor.org/rfc/rfc6750'],
    },
    sources: [api, 'https://www.rfc-editor.org/rfc/rfc6750'],
  },
  'rate-limited': {
    title: 'The client has made too many requests',
    cause:
      'The client has used up the requests that its rate allows in this window of time. Nothing of this request was read, and nothing was submitted.',
    status: 429,
    stage: 'request',
    about: 'relay',
    responsible: 'caller',
    retry: { afterSeconds: 60 },
    remedy: {
      summary: 'Wait for the time in the header Retry-After, then send again.',
      steps: [
        'Wait for the time in the header Retry-After, then send the request again.',
        'Watch the headers RateLimit-Remaining and RateLimit-Reset of every answer, and slow down before nothing remains.',
        "If the rate is too low for what the application has to send, ask the operator of the relay to raise the client's rate.",
      ],
      powershell: [],
      docs: ['https://www.rfc-editor.org/rfc/rfc6585'],
    },
    sources: [api, 'https://www.rfc-editor.org/rfc/rfc6585'],
  },
  'relay-busy': {
    title: 'The relay is reading as much as it can',
    cause:
      'So many large requests arrive at once that there was no room in memory for this one in time. Its body was not read, and nothing was submitted.',
    status: 503,
    stage: 'request',
    about: 'relay',
    responsible: 'operator',
    retry: { afterSeconds: 5 },
    remedy: {
      summary: 'Send again in a moment, and fewer large messages at once.',
      steps: [
        'Send the request again after the time in the header Retry-After.',
        'Send large messages one after the other instead of all at once.',
        'If it repeats, have the operator raise the bytes of request bodies that may be in flight, when the machine has the memory, or run another relay.',
      ],
      powershell: [],
      docs: [rfc9110],
    },
    sources: [api, rfc9110],
  },
  'sender-not-allowed': {
    title: 'The relay does not submit as this sender',
    cause:
      'Either the client with this API key may not send as {from}, or no mailbox that it may use submits as {from}. The detail says which, and what would have matched.',
    status: 403,
    stage: 'request',
    about: 'sender',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Use a sender named in the detail, or have the operator allow {from}.',
      steps: [
        'Check the spelling of from and, where the request has them, of mailbox and return_path; case does not matter.',
        'Use one of the senders named in "detail".',
        'Otherwise ask the operator to allow {from}. With a routing file: in may_send_as of the client, and as a mailbox of its own or in send_as of one; docs/routing.md explains it. Without one, MAILBOX is the only sender.',
        'In Exchange Online the mailbox that submits then needs the right SendAs for {from}.',
      ],
      powershell: [],
      docs: [rfc5322],
    },
    sources: [api],
  },
  'not-found': {
    title: 'There is nothing at this path',
    cause: 'The relay has no such route, or this client no such submission, mailbox or tenant.',
    status: 404,
    stage: 'request',
    about: 'relay',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Correct the path.',
      steps: [
        'Compare the path with README.md and docs/api.md; messages are posted to /send.',
        'Where it names a submission: a client sees its own, one with the scope operate all of its tenants, and a record is gone RECORD_RETENTION_HOURS after the end or once it was deleted.',
        'Where it names a mailbox or a tenant: /mailboxes and /tenants list those there are for this client.',
        'Check that no proxy before the relay adds or removes a part of the path.',
      ],
      powershell: [],
      docs: [rfc9110],
    },
    sources: [rfc9110],
  },
  'method-not-allowed': {
    title: 'The path does not take this method',
    cause: 'The path exists, but not for this HTTP method.',
    status: 405,
    stage: 'request',
    about: 'relay',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Use a method named in the header Allow of this answer.',
      steps: [
        'Read the header Allow of this answer.',
        'Send messages with POST.',
        'Check that no redirect on the way, such as from http to https, turned a POST into a GET.',
      ],
      powershell: [],
      docs: [rfc9110],
    },
    sources: [rfc9110],
  },
  'request-timeout': {
    title: 'The request did not arrive in time',
    cause: 'The relay waited for the rest of the request, and it did not come. Nothing was submitted.',
    status: 408,
    stage: 'request',
    about: 'message',
    responsible: 'caller',
    retry: { afterSeconds: 1 },
    remedy: {
      summary: 'Send the request again; if it repeats, see why it is sent so slowly.',
      steps: [
        'Send the request again.',
        'If it repeats, check that the header Content-Length is the true length of the body in bytes, not in characters.',
        'Check the way between caller and relay when only large messages are affected.',
      ],
      powershell: [],
      docs: [rfc9110],
    },
    sources: [rfc9110],
  },
  'submission-in-doubt': {
    title: 'It is unknown whether the message was submitted',
    cause:
      'The connection to Exchange Online broke after the end of the message was sent and before its reply came. Exchange Online may have taken the message or not; nobody can tell from here.',
    status: 504,
    stage: 'data',
    about: 'message',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Find out whether the message was sent before anybody sends it again.',
      steps: [
        'Look for the message in Sent Items of {mailbox}: Exchange Online stores there what it takes, unless copies were switched off.',
        'Otherwise search the message trace for message_id of this answer, {message_id}: run Get-MessageTraceV2 below. A new message can take some minutes to appear.',
        'If that finds nothing, search for the sender {mailbox} and the time of this request, there or in the Exchange admin center under Mail flow > Message trace: Exchange Online may have given the message another Message-ID.',
        'If the message is there, do not send it again.',
        'If it is not there after half an hour, send it again.',
      ],
      powershell: [
        'Connect-ExchangeOnline',
        'Get-MessageTraceV2 -MessageId {message_id} -StartDate (Get-Date).AddDays(-2) -EndDate (Get-Date)',
        '# Only if nothing is shown: Get-MessageTraceV2 -SenderAddress {mailbox} -StartDate (Get-Date).AddHours(-2) -EndDate (Get-Date)',
      ],
      docs: [
        'https://www.rfc-editor.org/rfc/rfc1047',
        'https://learn.microsoft.com/en-us/exchange/monitoring/trace-an-email-message/message-trace-modern-eac',
      ],
    },
    sources: [
      'https://www.rfc-editor.org/rfc/rfc1047',
      'https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.2.6',
      'MicrosoftDocs/office-docs-powershell: exchange/exchange-ps/ExchangePowerShell/Set-Mailbox.md',
    ],
  },
  'shutting-down': {
    title: 'The relay is shutting down',
    cause: 'The relay is being stopped or restarted and takes no new messages. Nothing was submitted.',
    status: 503,
    stage: 'request',
    about: 'relay',
    responsible: 'operator',
    retry: { afterSeconds: 10 },
    remedy: {
      summary: 'Send again in a moment.',
      steps: [
        'Send the request again after the time in the header Retry-After.',
        'If the relay does not come back, ask its operator.',
      ],
      powershell: [],
      docs: [rfc9110],
    },
    sources: [rfc9110],
  },
  'internal-error': {
    title: 'The relay has made a mistake',
    cause:
      'A defect of the relay stopped this request. The message was not submitted; the log of the relay has the details.',
    status: 500,
    stage: 'request',
    about: 'relay',
    responsible: 'operator',
    retry: 'never',
    remedy: {
      summary: 'Look into the log of the relay and report the defect.',
      steps: [
        'Search the log of the relay for the request_id of this answer.',
        'Report the defect with that log entry, the version of the relay and, if possible, a request that brings it about; leave out keys, secrets and addresses.',
      ],
      powershell: [],
      docs: [rfc9110],
    },
    sources: [rfc9110],
  },
} as const satisfies Record<string, CatalogueEntry>;
