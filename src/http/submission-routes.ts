/** The submissions routes: what became of the messages that were accepted, and what an operator can still do about it. */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { FailureError, failure } from '../domain/failure.ts';
import { quote } from '../domain/quote.ts';
import type { Submission } from '../domain/submission.ts';
import type { SubmissionFilter } from '../ports/outbox.ts';
import type { Relay } from '../relay/relay.ts';
import type { ArrivingBodies } from './arriving-bodies.ts';
import { clientOf, missingScope } from './client-auth.ts';
import { explanation } from './problem.ts';
import { parameterName } from './query.ts';
import { forClientsWith, withoutParameters } from './scoped.ts';
import {
  cancelAnswers,
  forgetAnswers,
  retryAnswers,
  retryManyAnswers,
  submissionAnswers,
  submissionsAnswers,
} from './submission-answers.ts';
import { readFilter, readListing } from './submission-filter.ts';
import { FilterBody, ListQuery } from './submission-schemas.ts';
import { submissionPath, summaryOf, viewOf } from './submission-view.ts';

interface ById {
  Params: { id: string };
}

const described = { tags: ['Submissions'], security: [{ apiKey: [] }] };
const Id = Type.Object({ id: Type.String({ description: 'The `id` of an answer' }) });

/** Adds the routes; whoever reaches them is an authenticated client. */
export function addSubmissionRoutes(
  server: FastifyInstance,
  { submissions }: Pick<Relay, 'submissions'>,
  bodies: ArrivingBodies,
): void {
  const readers = forClientsWith(['read', 'operate'], bodies);
  const operators = forClientsWith(['operate'], bodies);
  server.addSchema({ ...FilterBody, $id: 'Filter' });

  server.get('/submissions', {
    schema: {
      operationId: 'submissions',
      summary: 'Submissions, the newest first',
      description:
        'A client with the scope `read` finds its own, one with `operate` those of all clients in its tenants. `next` of the answer is the `after` of the next page, null on the last one. A list leaves the attempts out.',
      ...described,
      querystring: ListQuery,
      response: submissionsAnswers,
    },
    validatorCompiler: judgedByHandler,
    onRequest: readers,
    handler: async (request) => {
      const { filter, after, limit } = readListing(request.query);
      requireOwn(request, filter);
      const page = await submissions.list(filter, after, limit, clientOf(request));
      return { data: page.submissions.map(summaryOf), next: page.next };
    },
  });

  server.get<ById>('/submissions/:id', {
    schema: {
      operationId: 'submission',
      summary: 'One submission',
      description: 'Its status, recipients and attempts. What a client may not see is not there: `not-found`.',
      ...described,
      params: Id,
      response: submissionAnswers,
    },
    onRequest: [readers, withoutParameters],
    handler: async (request) => viewOf(await submissions.find(idOf(request), clientOf(request))),
  });

  const change = (
    name: 'retry' | 'cancel',
    said: { readonly summary: string; readonly description: string; readonly response: object },
  ) =>
    server.post<ById>(`/submissions/:id/${name}`, {
      schema: { operationId: `${name}Submission`, ...said, ...described, params: Id },
      onRequest: [operators, withoutParameters],
      handler: async (request) => {
        return viewOf(await submissions[name](idOf(request), clientOf(request)));
      },
    });
  change('retry', {
    summary: 'Try a submission again',
    description:
      'Now, or as soon as its mailbox can: one that failed or is in doubt is queued once more, one that waits need not wait longer, not for its `scheduled_at` either. Recipients that were accepted are not named again.',
    response: retryAnswers,
  });
  change('cancel', {
    summary: 'Stop a submission',
    description: 'It is not submitted any more, unless it was already. Its record stays.',
    response: cancelAnswers,
  });

  server.delete<ById>('/submissions/:id', {
    schema: {
      operationId: 'forgetSubmission',
      summary: 'Forget a submission',
      description:
        'Removes its record with the content and all addresses. One that was not submitted yet is not submitted any more.',
      ...described,
      params: Id,
      response: forgetAnswers,
    },
    onRequest: [operators, withoutParameters],
    handler: async (request, reply) => {
      await submissions.forget(idOf(request), clientOf(request));
      return reply.code(204).send();
    },
  });

  server.post('/submissions/retry', {
    schema: {
      operationId: 'retrySubmissions',
      summary: 'Try many submissions again',
      description:
        'All that the filters of the body find and that can be tried again; `{}` finds every deferred one. Those that failed or are in doubt are to be named by their status: whoever sent them may have been told so, and have sent them again. Some thousand at a time: ask again with `next` as `after`, as long as there is one.',
      ...described,
      body: Type.Ref('Filter'),
      response: retryManyAnswers,
    },
    validatorCompiler: judgedByHandler,
    onRequest: [operators, withoutParameters],
    handler: async (request) => {
      const { filter, after } = readFilter(request.body);
      const { retried, refused, next } = await submissions.retryMany(filter, after, clientOf(request));
      return { retried, refused: refused.map(({ id, failure }) => ({ id, failure: explanation(failure) })), next };
    },
  });
}

/** The schema is there to be read; the handler's judgement has better words, the same for query and body. */
function judgedByHandler() {
  return () => true;
}

/** Whoever may not operate sees nobody else's submissions, and so has no use for their names. */
function requireOwn(request: FastifyRequest, filter: SubmissionFilter): void {
  const client = clientOf(request);
  if (filter.client === undefined || client.scopes.includes('operate')) return;
  throw new FailureError(missingScope(client, ['operate'], 'The filter "client"', parameterName('client')));
}

// https://github.com/ulid/spec: 26 letters of Crockford's base 32, the first of which holds three bits.
const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** The id of the path: in capitals, as it is stored. From here on the answer is about this submission. */
function idOf(request: FastifyRequest<ById>): Submission['id'] {
  const { id } = request.params;
  const stored = id.toUpperCase();
  if (ulid.test(stored)) {
    request.submission = submissionPath(stored);
    return stored;
  }
  throw new FailureError(
    failure('not-found', { detail: `${quote(id)} is not the id of a submission; /submissions lists those there are.` }),
  );
}
