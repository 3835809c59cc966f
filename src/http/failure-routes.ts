/** GET /failures and /failures/{code}: where the `type` of every problem leads, as JSON for programs and as a page for people. */

import { distance } from 'fastest-levenshtein';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { type FailureCode, failureCodes } from '../domain/catalogue/catalogue.ts';
import { entryOf, FailureError, failure } from '../domain/failure.ts';
import { quote } from '../domain/quote.ts';
import { fillProse, remedyFor } from '../domain/remedy.ts';
import { prefersHtml } from './accept.ts';
import { failureAnswers, failuresAnswers } from './answers.ts';
import { failurePage, listPage, unknownFailurePage } from './failure-pages.ts';
import { sendPage } from './page.ts';
import { typeOf } from './problem.ts';

const described = { tags: ['Documentation'], security: [] };

export function addFailureRoutes(server: FastifyInstance): void {
  server.get('/failures', {
    schema: {
      operationId: 'failures',
      summary: 'Every failure there is',
      description: 'The whole catalogue: as JSON, or as a page when `Accept` prefers `text/html`.',
      ...described,
      response: failuresAnswers,
    },
    handler: async (request, reply) =>
      asksForPage(request, reply)
        ? sendPage(reply, 200, listPage())
        : { data: failureCodes.map((code) => failureEntry(code)) },
  });
  server.get<{ Params: { code: string } }>('/failures/:code', {
    schema: {
      operationId: 'failure',
      summary: 'One failure, its cause and its remedy',
      description:
        'Where the `type` of a problem leads: as JSON, or as a page when `Accept` prefers `text/html`. What depends on the installation stands in angle brackets here, and is filled in in a problem.',
      ...described,
      params: Type.Object({ code: Type.String({ description: 'The `code` of a problem' }) }),
      response: failureAnswers,
    },
    handler: async (request, reply) => {
      const { code } = request.params;
      const isPage = asksForPage(request, reply);
      if (isKnown(code)) return isPage ? sendPage(reply, 200, failurePage(code)) : failureEntry(code);
      const near = codesNear(code);
      const unknown = failure('not-found', { detail: unknownInWords(code, near) });
      if (!isPage) throw new FailureError(unknown);
      request.failure = unknown;
      return sendPage(reply, 404, unknownFailurePage(code, near));
    },
  });
}

/** An entry of the catalogue as JSON; what an occurrence would fill in stays readable. */
function failureEntry(code: FailureCode) {
  const { title, cause, status, stage, about, responsible, retry, sources } = entryOf(code);
  const later = typeof retry === 'object' ? retry : null;
  return {
    type: typeOf(code),
    code,
    title,
    cause: fillProse(cause, {}),
    status,
    stage,
    about,
    responsible,
    retryable: retry !== 'never',
    retry: {
      when: typeof retry === 'string' ? retry : 'later',
      after_seconds: later?.afterSeconds ?? null,
      at_most: later?.atMost ?? null,
    },
    remedy: remedyFor({ code, values: {} }),
    sources,
  };
}

function asksForPage({ headers }: FastifyRequest, reply: FastifyReply): boolean {
  // Caches must not give a page to a program, nor the other way round (RFC 9110 §12.5.5).
  reply.header('vary', 'Accept');
  return prefersHtml(headers.accept);
}

function isKnown(code: string): code is FailureCode {
  return (failureCodes as readonly string[]).includes(code);
}

/** As many as one can look through. */
const MOST_NEAR = 5;

/** Codes that are nearly spelt so, or have the text in them; the nearest first. */
function codesNear(text: string): FailureCode[] {
  const wanted = text.toLowerCase();
  const isPart = (code: string) => wanted.length > 2 && code.includes(wanted);
  return failureCodes
    .map((code) => ({ code, away: distance(code, wanted) }))
    .filter(({ code, away }) => isPart(code) || away <= Math.max(2, code.length / 3))
    .sort((one, other) => one.away - other.away)
    .slice(0, MOST_NEAR)
    .map(({ code }) => code);
}

function unknownInWords(code: string, near: readonly FailureCode[]): string {
  const meant = near.length > 0 ? ` Near it: ${near.join(', ')}.` : '';
  return `No failure has the code ${quote(code)}.${meant} All of them are listed at /failures.`;
}
