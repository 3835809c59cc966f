/** The answers of the submissions routes, as the OpenAPI document declares them. */

import type { FailureCode } from '../domain/catalogue/catalogue.ts';
import { failure } from '../domain/failure.ts';
import { answer, clientProblems, REQUEST_ID, rate, requestId } from './answers.ts';
import { explanation } from './problem.ts';
import { deferredExample, submittedExample } from './submission-example.ts';
import { summaryOf, viewOf } from './submission-view.ts';

const ofOne: readonly FailureCode[] = ['not-found', 'outbox-unavailable'];

export const submissionsAnswers = {
  200: answer('A page of submissions.', 'SubmissionList', { data: [summaryOf(submittedExample)], next: null }),
  ...clientProblems(['outbox-unavailable']),
};

export const submissionAnswers = {
  200: answer('The submission.', 'Submission', viewOf(submittedExample)),
  ...clientProblems(ofOne),
};

export const retryAnswers = {
  200: answer('The submission, which is tried again.', 'Submission', viewOf(deferredExample)),
  ...clientProblems([
    ...ofOne,
    'submission-submitted',
    'submission-sending',
    'submission-canceled',
    'submission-final',
    'content-gone',
    'outbox-full',
  ]),
};

export const cancelAnswers = {
  200: answer('The submission, which is not submitted any more.', 'Submission', {
    ...viewOf(deferredExample),
    status: 'canceled',
    next_attempt_at: null,
    finished_at: viewOf(deferredExample).next_attempt_at,
  }),
  ...clientProblems([...ofOne, 'submission-final', 'submission-sending', 'submission-submitted']),
};

export const forgetAnswers = {
  204: { description: 'It is forgotten.', type: 'null', headers: { ...requestId, ...rate } },
  ...clientProblems([...ofOne, 'submission-sending']),
};

export const retryManyAnswers = {
  200: answer('How many are tried again, and which could not be.', 'RetriedSubmissions', {
    retried: 12,
    refused: [{ id: REQUEST_ID, failure: explanation(failure('content-gone')) }],
    next: null,
  }),
  ...clientProblems(['outbox-unavailable']),
};
