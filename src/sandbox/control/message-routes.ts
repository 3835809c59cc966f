/** Caught messages: listed by filter, at once or as soon as there are so many. */

import type { FastifyInstance } from 'fastify';
import { type SummaryJson, summaryOf } from '../caught-message-json.ts';
import type { Inbox } from '../inbox.ts';
import { milliseconds } from './json-names.ts';
import type { Controlled } from './sandbox-routes.ts';

interface Query {
  readonly to?: string;
  readonly from?: string;
  readonly mailbox?: string;
  readonly subject?: string;
  readonly wait?: string;
  readonly count?: string;
}

const words = { type: 'string', minLength: 1 };
const querySchema = {
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: {
      to: words,
      from: words,
      mailbox: words,
      subject: words,
      wait: { type: 'string', pattern: '^(?:[0-5]?[0-9](?:\\.[0-9]+)?|60)$' },
      count: { type: 'string', pattern: '^[1-9][0-9]{0,3}$' },
    },
  },
};

export function messageRoutes(scope: FastifyInstance, { inbox }: Controlled): void {
  scope.get<{ Querystring: Query }>('/messages', { schema: querySchema }, async ({ query }) => ({
    data: await found(inbox, query),
  }));

  scope.delete('/messages', async (_request, reply) => {
    inbox.clear();
    return reply.code(204).send();
  });
}

async function found(inbox: Inbox, query: Query): Promise<SummaryJson[]> {
  const { wait = '0', count = '1' } = query;
  const patience = AbortSignal.timeout(milliseconds(Number(wait)));
  const done = new AbortController();
  try {
    for (;;) {
      // Asked for before looking, so that nothing slips through in between.
      const arrival = inbox.next(AbortSignal.any([patience, done.signal])).catch(() => null);
      const matching = await matchingIn(inbox, query);
      if (matching.length >= Number(count) || (await arrival) === null) return matching;
    }
  } finally {
    done.abort();
  }
}

async function matchingIn(inbox: Inbox, query: Query): Promise<SummaryJson[]> {
  const is = (wanted: string | undefined, there: readonly string[]): boolean =>
    wanted === undefined || there.some((each) => each.toLowerCase() === wanted.toLowerCase());
  // The envelope first, since it needs no parsing.
  const candidates = inbox.messages.filter(
    ({ envelope, session }) =>
      is(query.to, envelope.rcptTo) &&
      is(query.from, [envelope.mailFrom]) &&
      is(query.mailbox, [session.authenticatedAs]),
  );
  const summaries = await Promise.all(candidates.map(summaryOf));
  const subject = query.subject?.toLowerCase() ?? '';
  return summaries.filter((summary) => (summary.subject ?? '').toLowerCase().includes(subject));
}
