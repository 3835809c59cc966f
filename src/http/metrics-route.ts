/** GET /metrics: for Prometheus, open to everybody unless a token is asked for. */

import type { FastifyInstance } from 'fastify';
import { metricsAnswers } from './answers.ts';
import { requireToken } from './client-auth.ts';

/** Where the route looks. */
export interface MetricsSource {
  /** @param bodies what of request bodies is in memory, which only the server knows */
  read(bodies: {
    readonly bytes: number;
    readonly waiting: number;
  }): Promise<{ readonly mediaType: string; readonly text: string }>;
}

export interface MetricsRouteUse {
  readonly metrics: MetricsSource;
  /** Hex; null for none. */
  readonly tokenSha256: string | null;
  readonly gate: { readonly inFlight: number; readonly waiting: number };
}

export function addMetricsRoute(server: FastifyInstance, { metrics, tokenSha256, gate }: MetricsRouteUse): void {
  server.get('/metrics', {
    schema: {
      operationId: 'metrics',
      summary: 'What was counted and measured, for Prometheus',
      description:
        'In the text format of Prometheus. docs/metrics.md names each metric. Where `METRICS_TOKEN` is set it has to be presented.',
      tags: ['Health'],
      security: [{}, { metricsToken: [] }],
      response: metricsAnswers,
    },
    handler: async ({ headers }, reply) => {
      if (tokenSha256 !== null) requireToken(headers.authorization, tokenSha256);
      const { mediaType, text } = await metrics.read({ bytes: gate.inFlight, waiting: gate.waiting });
      return reply.type(mediaType).send(text);
    },
  });
}
