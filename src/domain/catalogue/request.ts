/** What the relay refuses in a message before anything is submitted: each is the caller's to correct. */

import type { CatalogueEntry } from './entry.ts';

const api = 'README.md of this project';
const rfc5322 = 'https://www.rfc-editor.org/rfc/rfc5322';
const rfc9110 = 'https://www.rfc-editor.org/rfc/rfc9110';
const readErrors = 'Look at "errors" in this answer: each entry names the field and says what is expected there.';
const sendAgain = 'Correct the request and send it again; nothing of this one was submitted.';

export const requestFailures = {
  'invalid-request': {
    title: 'The request is not well-formed',
    cause:
      'The body could not be read, or it does not have the fields that this route takes. Unknown fields are refused too, so that a misspelt name never vanishes silently.',
    status: 400,
    stage: 'request',
    about: 'message',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Correct what is listed under "errors".',
      steps: [
        readErrors,
        'Compare the spelling of every field with README.md, and of a filter with docs/api.md: names are in snake_case, such as reply_to and accepted_from.',
        'If the body could not be read at all, check that it is complete JSON in UTF-8.',
        sendAgain,
      ],
      powershell: [],
      docs: ['https://www.rfc-editor.org/rfc/rfc8259'],
    },
    sources: [api],
  },
  'no-recipient': {
    title: 'The message has no recipient',
    cause: 'None of to, cc and bcc names an address. There is nobody to submit the message to.',
    status: 422,
    stage: 'request',
    about: 'message',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Give at least one address in to, cc or bcc.',
      steps: [
        'Check in the calling application that the customer or contact has an e-mail address.',
        'Check that the list of recipients was not emptied by a filter.',
        sendAgain,
      ],
      powershell: [],
      docs: ['https://www.rfc-editor.org/rfc/rfc5321'],
    },
    sources: ['https://www.rfc-editor.org/rfc/rfc5321'],
  },
  'no-content': {
    title: 'The message is empty',
    cause:
      'The message has neither text nor html nor an attachment. An application whose template failed would otherwise send blank pages to its customers.',
    status: 422,
    stage: 'request',
    about: 'message',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Give the message a text, an html or an attachment.',
      steps: [
        'Check in the calling application that the template of the message exists and was filled in.',
        'Check the spelling of the fields: text and html.',
        sendAgain,
      ],
      powershell: [],
      docs: [rfc5322],
    },
    sources: [api],
  },
  'address-invalid': {
    title: 'An address is not valid',
    cause:
      'An address of the message cannot be an e-mail address. The relay refuses it here, since Exchange Online suspends a mailbox that keeps submitting to invalid recipients.',
    status: 422,
    stage: 'request',
    about: 'message',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Correct the addresses listed under "errors".',
      steps: [
        readErrors,
        'Write an address as name@contoso.com or "Name" <name@contoso.com>, several of them as an array.',
        'Look for several addresses in one field of the master data, separated by commas or semicolons, and split them.',
        sendAgain,
      ],
      powershell: [],
      docs: [rfc5322, 'https://www.rfc-editor.org/rfc/rfc5321'],
    },
    sources: [rfc5322],
  },
  'value-invalid': {
    title: 'A value cannot be used',
    cause:
      'A field has a value of the right type that cannot be used: a Message-ID that is none, a label that is too long or cannot be printed, or values that exclude each other.',
    status: 422,
    stage: 'request',
    about: 'message',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Correct the values listed under "errors".',
      steps: [
        readErrors,
        'Write a time with its offset from UTC, such as 2026-03-02T08:00:00+01:00 or 2026-03-02T07:00:00Z.',
        'Write a Message-ID as it stands in the header of the other message, such as <4711@contoso.com>.',
        'Keep tags and metadata short: they are for finding a submission again, not for its content.',
        sendAgain,
      ],
      powershell: [],
      docs: [rfc5322, 'https://www.rfc-editor.org/rfc/rfc3461'],
    },
    sources: [api, rfc5322],
  },
  'header-injection': {
    title: 'A value contains a line break',
    cause:
      'A value that goes into a header of the message contains a line break. It would start a header of its own, by which a message can be forged.',
    status: 422,
    stage: 'request',
    about: 'message',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Remove the line breaks from the values listed under "errors".',
      steps: [
        readErrors,
        'Remove carriage return and line feed from these values in the calling application, most often at the end of a name or subject.',
        'If the value was typed in by somebody outside, treat it as an attempt to forge mail.',
        sendAgain,
      ],
      powershell: [],
      docs: [rfc5322, 'https://cwe.mitre.org/data/definitions/93.html'],
    },
    sources: [rfc5322, 'https://cwe.mitre.org/data/definitions/93.html'],
  },
  'header-not-allowed': {
    title: 'A header may not be set in this way',
    cause:
      'The field headers names a header that the relay writes itself, or that is no valid header name. Set twice, it would make the message ambiguous.',
    status: 422,
    stage: 'request',
    about: 'message',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Use the field that the API has for this header, or leave it out.',
      steps: [
        readErrors,
        'For From, To, Cc, Reply-To and Subject use the fields from, to, cc, reply_to and subject.',
        'Leave out what the relay makes itself, such as Date, Message-ID and the MIME headers.',
        'Give headers of your own a name of letters, digits and hyphens, such as X-Order-Number.',
        sendAgain,
      ],
      powershell: [],
      docs: [rfc5322],
    },
    sources: [rfc5322],
  },
  'control-characters': {
    title: 'A value contains control characters',
    cause:
      'A value contains control characters, which have no place in mail. They come mostly from a wrong character set or from binary data in a text field.',
    status: 422,
    stage: 'request',
    about: 'message',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Remove the control characters from the values listed under "errors".',
      steps: [
        readErrors,
        'Check that the calling application sends UTF-8 and reads its data in the character set it is stored in.',
        'Remove the characters U+0000 to U+001F and U+007F; in the texts of a message, tab and line break may stay.',
        sendAgain,
      ],
      powershell: [],
      docs: [rfc5322],
    },
    sources: [rfc5322],
  },
  'attachment-invalid': {
    title: 'An attachment is not valid',
    cause:
      'An attachment has a media type, content id or file name that cannot stand in a message. The relay refuses the message rather than send it without the attachment.',
    status: 422,
    stage: 'request',
    about: 'message',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Correct the attachment listed under "errors".',
      steps: [
        readErrors,
        'Write content_type as type/subtype, such as application/pdf, or leave it out.',
        'Write content_id without angle brackets and spaces, and use it in the HTML as cid: followed by the same text.',
        sendAgain,
      ],
      powershell: [],
      docs: ['https://www.rfc-editor.org/rfc/rfc2045', 'https://www.rfc-editor.org/rfc/rfc2392'],
    },
    sources: ['https://www.rfc-editor.org/rfc/rfc2045', 'https://www.rfc-editor.org/rfc/rfc2392'],
  },
  'attachment-not-base64': {
    title: 'The content of an attachment is not base64',
    cause: 'The content of an attachment is not valid base64. Decoded anyway, it would arrive as a damaged file.',
    status: 422,
    stage: 'request',
    about: 'message',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Encode the bytes of the file in base64.',
      steps: [
        readErrors,
        'Encode the bytes of the file, not its path and not its text.',
        'Remove a prefix such as data:application/pdf;base64, before the content.',
        'Use the standard alphabet with + and /, with padding; not base64url.',
        sendAgain,
      ],
      powershell: [],
      docs: ['https://www.rfc-editor.org/rfc/rfc4648'],
    },
    sources: ['https://www.rfc-editor.org/rfc/rfc4648'],
  },
  'unsupported-media-type': {
    title: 'The media type of the body is not supported',
    cause: 'The header Content-Type names a format that this route does not read.',
    status: 415,
    stage: 'request',
    about: 'message',
    responsible: 'caller',
    retry: 'never',
    remedy: {
      summary: 'Send JSON with the header Content-Type: application/json.',
      steps: [
        'Check the header Content-Type of the request; many HTTP libraries set another one when the body is a string.',
        'Set it to application/json and send the message as JSON in UTF-8.',
      ],
      powershell: [],
      docs: [rfc9110],
    },
    sources: [rfc9110],
  },
} as const satisfies Record<string, CatalogueEntry>;
