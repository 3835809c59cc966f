/** The OpenAPI 3.1 document, made of the routes as they are: at /openapi.json, and to read and try at /docs. */

import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { version } from '../config/version.ts';
import { answerSchemas } from './answer-schemas.ts';
import { documentAnswers } from './answers.ts';

/** Nothing is fetched from elsewhere; styles stand in the page's elements, as Swagger UI puts them there. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Collects the routes that are added from here on. */
export function documentRoutes(server: FastifyInstance): void {
  for (const schema of answerSchemas) server.addSchema(schema);
  server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'exo-relay',
        summary: 'HTTP submission relay for Exchange Online',
        description:
          'Every answer is a receipt or a problem (RFC 9457) that names the cause and its remedy. A path that does not exist is answered 404 `not-found`, a method that a path does not take 405 `method-not-allowed` with `Allow`.',
        version: version(),
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/', description: 'This relay' }],
      tags: [
        { name: 'Sending', description: 'Submitting messages' },
        { name: 'Submissions', description: 'What became of accepted messages' },
        { name: 'Mailboxes and tenants', description: 'How the lines of messages stand; for operators' },
        { name: 'Health', description: 'For whoever watches over the relay' },
        { name: 'Documentation', description: 'About this API' },
      ],
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key; `npm run key` makes one' },
          metricsToken: { type: 'http', scheme: 'bearer', description: 'What `METRICS_TOKEN` was set to' },
        },
      },
    },
    convertConstToEnum: false,
    refResolver: { buildLocalReference: ({ $id }, _base, _fragment, index) => String($id ?? `def-${index}`) },
  });
}

/** Adds /openapi.json and /docs. */
export function addDocumentation(server: FastifyInstance): void {
  server.get('/openapi.json', {
    schema: {
      operationId: 'openapi',
      summary: 'This document',
      tags: ['Documentation'],
      security: [],
      response: documentAnswers,
    },
    handler: async () => server.swagger(),
  });
  server.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: CONTENT_SECURITY_POLICY,
    // Swagger UI would have the document judged by a server on the Internet; the base layout has no bar with another project's logo.
    uiConfig: { validatorUrl: null, url: '/openapi.json', layout: 'BaseLayout' },
    theme: { title: 'exo-relay' },
  });
}
