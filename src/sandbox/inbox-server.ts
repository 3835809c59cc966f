/** The inbox over HTTP on loopback: JSON for tests, a page for people. Each answer forbids the browser whatever it does not need. */

import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { attachmentOf, messageJson, summaryOf } from './caught-message-json.ts';
import type { CaughtMessage, Inbox } from './inbox.ts';
import { htmlPart, inboxPage } from './inbox-page.ts';
import { inboxStyle } from './inbox-style.ts';
import { withFreePortInstead } from './loopback.ts';

export interface InboxServer {
  readonly port: number;
  close(): Promise<void>;
}

type MessageRoute = { Params: { id: string } };
type AttachmentRoute = { Params: { id: string; index: string } };
type PageRoute = { Querystring: { message?: string | string[] } };

const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** What a browser shows as itself in an image; anything else is only saved. */
const IMAGES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

/**
 * Starts the inbox server.
 *
 * @param preferredPort 0 for any free one; a free one as well when it is taken
 * @param extend adds routes beside those of the inbox
 */
export async function startInboxServer(
  inbox: Inbox,
  preferredPort: number,
  extend: (server: FastifyInstance) => void = () => {},
): Promise<InboxServer> {
  // A misspelt field must not vanish, nor "true" pass for true.
  const customOptions = {
    removeAdditional: false,
    coerceTypes: false,
    allErrors: true,
    allowUnionTypes: true,
  } as const;
  const server = Fastify({ forceCloseConnections: true, ajv: { customOptions } });
  protect(server);
  jsonRoutes(server, inbox);
  pageRoutes(server, inbox);
  extend(server);
  await withFreePortInstead(preferredPort, (port) => server.listen({ host: '127.0.0.1', port }));
  return { port: (server.server.address() as AddressInfo).port, close: () => server.close() };
}

function protect(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'content-security-policy': PAGE_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    // Another host name that leads here is another site's (DNS rebinding).
    if (!['127.0.0.1', 'localhost'].includes(request.hostname)) {
      await reply.code(421).send({ error: 'This inbox answers only as 127.0.0.1 or localhost.' });
    }
  });
}

function jsonRoutes(server: FastifyInstance, inbox: Inbox): void {
  server.get('/messages', async () => ({ data: await Promise.all(inbox.messages.map(summaryOf)) }));

  server.delete('/messages', async (_request, reply) => {
    inbox.clear();
    return reply.code(204).send();
  });

  server.get<MessageRoute>('/messages/:id', async ({ params }, reply) => {
    const message = inbox.get(params.id);
    return message ? await messageJson(message) : notFound(reply);
  });

  server.get<MessageRoute>('/messages/:id/raw', async ({ params }, reply) => {
    const message = inbox.get(params.id);
    return message ? asFile(reply, 'message/rfc822', `${message.id}.eml`).send(message.raw) : notFound(reply);
  });

  server.get<AttachmentRoute>('/messages/:id/attachments/:index', async ({ params }, reply) => {
    const message = inbox.get(params.id);
    const attachment = message ? await attachmentOf(message, Number(params.index)) : null;
    if (!attachment) return notFound(reply);
    const { contentType, filename, octets } = attachment;
    return asFile(reply, IMAGES.includes(contentType) ? contentType : 'application/octet-stream', filename).send(
      octets,
    );
  });
}

function pageRoutes(server: FastifyInstance, inbox: Inbox): void {
  server.get('/style.css', async (_request, reply) => reply.type('text/css; charset=utf-8').send(inboxStyle));

  server.get<PageRoute>('/', async ({ query }, reply) => {
    const open = inbox.messages.find(({ id }) => id === query.message);
    const summaries = await Promise.all(inbox.messages.toReversed().map(summaryOf));
    return reply.type('text/html; charset=utf-8').send(inboxPage(summaries, open ? await messageJson(open) : null));
  });

  server.get<MessageRoute>('/messages/:id/html', async ({ params, host }, reply) => {
    const message: CaughtMessage | undefined = inbox.get(params.id);
    if (!message) return notFound(reply);
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', messagePolicy(host))
      .send(htmlPart(await messageJson(message)));
  });
}

/** A message may look as it likes and do nothing: no scripts, no forms, no requests but for its own inline images. */
function messagePolicy(host: string): string {
  // A sandboxed document has no origin of its own, so 'self' would mean nothing here.
  return `sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data: http://${host}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`;
}

function asFile(reply: FastifyReply, contentType: string, filename: string): FastifyReply {
  return reply
    .type(contentType)
    .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(filename.toWellFormed())}`);
}

function notFound(reply: FastifyReply): FastifyReply {
  return reply.code(404).send({ error: 'There is no such message; only the newest are kept.' });
}
