/** The control API under /control: scripts the sandbox from another process. It takes JSON of its own origin alone, so that no web page can use it. */

import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { UnknownNameError } from '../administration.ts';
import { refuseOtherSites } from '../inbox-protection.ts';
import { limitRoutes, mailboxRoutes } from './mailbox-routes.ts';
import { messageRoutes } from './message-routes.ts';
import { replyRoutes } from './reply-routes.ts';
import { type Controlled, sandboxRoutes } from './sandbox-routes.ts';
import { tenantRoutes } from './tenant-routes.ts';
import { tokenRoutes } from './token-routes.ts';
import { fieldErrors } from './validation-words.ts';

/** Adds the routes. */
export function controlRoutes(server: FastifyInstance, sandbox: Controlled): void {
  server.register(
    async (scope) => {
      const known: string[] = [];
      scope.addHook('onRoute', ({ method, url }) => {
        if (method !== 'HEAD') known.push(`${method} ${url}`);
      });
      scope.addHook('onRequest', refuseOtherSites);
      scope.addHook('onRequest', refuseOtherTypes);
      acceptJson(scope);
      scope.setErrorHandler<FastifyError>((error, _request, reply) => inWords(error, reply));
      sandboxRoutes(scope, sandbox);
      tenantRoutes(scope, sandbox);
      mailboxRoutes(scope, sandbox);
      limitRoutes(scope, sandbox);
      tokenRoutes(scope, sandbox);
      replyRoutes(scope, sandbox);
      messageRoutes(scope, sandbox);
      scope.setNotFoundHandler((_request, reply) =>
        reply.code(404).send({ error: `There is no such route; there are: ${known.join(', ')}.` }),
      );
    },
    { prefix: '/control' },
  );
}

/** A form cannot send JSON. */
async function refuseOtherTypes(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { 'content-type': type = '' } = request.headers;
  if (['POST', 'PUT', 'PATCH'].includes(request.method) && !/^application\/json\s*(?:;|$)/i.test(type))
    await reply
      .code(415)
      .send({ error: 'Send JSON, with Content-Type: application/json; {} where there is nothing to say.' });
}

function acceptJson(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, JSON.parse(String(body) || '{}'));
    } catch {
      done(Object.assign(new Error('The body is not JSON.'), { statusCode: 400 }));
    }
  });
}

function inWords(error: FastifyError, reply: FastifyReply): FastifyReply {
  if (error.validation) {
    const errors = fieldErrors(error.validation, error.validationContext ?? 'body');
    return reply
      .code(400)
      .send({ error: errors.map(({ field, message }) => `${field} ${message}`).join('; '), errors });
  }
  if (error instanceof UnknownNameError) return reply.code(404).send({ error: error.message });
  if (error instanceof RangeError) return reply.code(400).send({ error: error.message });
  const status = error.statusCode ?? 500;
  return reply.code(status).send({ error: error.message });
}
