/** The answers of POST /send, as the OpenAPI document declares them. */

import { type FailureCode, failureCodes } from '../domain/catalogue/catalogue.ts';
import { answer, problems, rate } from './answers.ts';
import { answerTo } from './send-answer.ts';
import { deferredExample, submittedExample } from './submission-example.ts';

/** Failures of paths, methods and what is done to a submission afterwards: no message leads to them. */
const ofOtherRoutes: readonly FailureCode[] = [
  'not-found',
  'method-not-allowed',
  'submission-final',
  'submission-sending',
  'submission-submitted',
  'content-gone',
  // Shown as a last_failure, and answered by nothing.
  'mailbox-not-configured',
];

const applied = {
  'Preference-Applied': { type: 'string', description: 'What of `Prefer` was heeded (RFC 7240)' },
  'Idempotent-Replayed': {
    type: 'string',
    description: '`true` when this is about an earlier request with the same Idempotency-Key',
  },
};

const location = { Location: { type: 'string', description: 'Where the submission is found' } };

export const sendAnswers = {
  200: answer(
    'Exchange Online has taken the message for at least one recipient.',
    'Receipt',
    answerTo({ kind: 'submitted', submission: submittedExample, replayed: false }).body,
    applied,
  ),
  202: answer(
    'The relay holds the message and goes on by itself until it expires.',
    'PendingSubmission',
    answerTo({ kind: 'pending', submission: deferredExample, replayed: false }).body,
    { ...applied, ...location },
  ),
  ...problems(
    failureCodes.filter((code) => !ofOtherRoutes.includes(code)),
    { ...rate, ...applied },
  ),
};
