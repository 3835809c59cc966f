/** The inbox over HTTP on loopback: JSON for tests, pages for people, and an event whenever something comes in. */

import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { attachmentOf, messageJson, refusalJson, summaryOf } from './caught-message-json.ts';
import { htmlPart, htmlPolicy } from './html-part.ts';
import type { Inbox } from './inbox.ts';
import { inboxPage } from './inbox-page.ts';
import { protect } from './inbox-protection.ts';
import { inboxIcon, inboxStyle } from './inbox-style.ts';
import { entriesOf } from './inbox-view.ts';
import { withFreePortInstead } from './loopback.ts';

export interface InboxServer {
  readonly port: number;
  close(): Promise<void>;
}

export interface InboxServerOptions {
  /** A command for the empty page to show; null when there is none yet. */
  readonly firstMessage?: (() => string | null) | undefined;
  /** Adds routes beside those of the inbox. */
  readonly extend?: (server: FastifyInstance) => void;
}

type MessageRoute = { Params: { id: string } };
type AttachmentRoute = { Params: { id: string; index: string } };
type PageRoute = { Querystring: { message?: string | string[]; page?: string | string[] } };

/** What a browser shows as itself in an image; anything else is only saved. */
const IMAGES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

/**
 * Starts the inbox server.
 *
 * @param preferredPort 0 for any free one; a free one as well when it is taken
 */
export async function startInboxServer(
  inbox: Inbox,
  preferredPort: number,
  { firstMessage = () => null, extend = () => {} }: InboxServerOptions = {},
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
  fileRoutes(server, inbox);
  pageRoutes(server, inbox, firstMessage);
  extend(server);
  await withFreePortInstead(preferredPort, (port) => server.listen({ host: '127.0.0.1', port }));
  return { port: (server.server.address() as AddressInfo).port, close: () => server.close() };
}

function jsonRoutes(server: FastifyInstance, inbox: Inbox): void {
  server.get('/messages', async () => ({ data: await Promise.all(inbox.messages.map(summaryOf)) }));

  server.get('/refusals', async () => ({ data: inbox.refusals.map(refusalJson) }));

  server.delete('/messages', async (_request, reply) => {
    inbox.clear();
    return reply.code(204).send();
  });

  server.get<MessageRoute>('/messages/:id', async ({ params }, reply) => {
    const message = inbox.get(params.id);
    return message ? await messageJson(message) : notFound(reply);
  });
}

function fileRoutes(server: FastifyInstance, inbox: Inbox): void {
  server.get<MessageRoute>('/messages/:id/raw', async ({ params }, reply) => {
    const message = inbox.get(params.id);
    return message ? asFile(reply, 'message/rfc822', `${message.id}.eml`).send(message.raw) : notFound(reply);
  });

  server.get<MessageRoute>('/messages/:id/source', async ({ params }, reply) => {
    const message = inbox.get(params.id);
    return message ? reply.type('text/plain; charset=utf-8').send(message.raw) : notFound(reply);
  });

  server.get<AttachmentRoute>('/messages/:id/attachments/:index', async ({ params }, reply) => {
    const message = inbox.get(params.id);
    const attachment = message ? await attachmentOf(message, Number(params.index)) : null;
    if (!attachment) return notFound(reply);
    const { contentType, filename, octets } = attachment;
    return (
      asFile(reply, IMAGES.includes(contentType) ? contentType : 'application/octet-stream', filename)
        // The sandboxed frame that shows it is of no origin.
        .header('cross-origin-resource-policy', 'cross-origin')
        .send(octets)
    );
  });

  server.get<MessageRoute>('/messages/:id/html', async ({ params, host }, reply) => {
    const message = inbox.get(params.id);
    if (!message) return notFound(reply);
    const { html, attachments } = await messageJson(message);
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', htmlPolicy(host, message.id))
      .send(htmlPart(html ?? '', attachments));
  });
}

function pageRoutes(server: FastifyInstance, inbox: Inbox, firstMessage: () => string | null): void {
  server.get('/style.css', async (_request, reply) => reply.type('text/css; charset=utf-8').send(inboxStyle));
  server.get('/icon.svg', async (_request, reply) => reply.type('image/svg+xml').send(inboxIcon));

  server.get<PageRoute>('/', async ({ query }, reply) => {
    const message = inbox.messages.find(({ id }) => id === query.message);
    const view = await entriesOf(inbox, message ?? Number(query.page ?? 1));
    const open = message ? await messageJson(message) : null;
    return reply.type('text/html; charset=utf-8').send(inboxPage({ ...view, open, firstMessage: firstMessage() }));
  });

  server.post('/clear', async (_request, reply) => {
    inbox.clear();
    return reply.redirect('/', 303);
  });
  // What a form sends says nothing that is needed here.
  server.addContentTypeParser('application/x-www-form-urlencoded', (_request, body, done) => {
    body.resume();
    done(null);
  });

  server.get('/events', async (request, reply) => {
    const gone = new AbortController();
    request.raw.once('close', () => gone.abort());
    return reply.type('text/event-stream').send(Readable.from(changes(inbox, gone.signal)));
  });
}

/** An event at the start, since something may have come before, and one for all that comes while the last is being read. */
async function* changes(inbox: Inbox, signal: AbortSignal): AsyncGenerator<string> {
  while (!signal.aborted) {
    yield 'data: change\n\n';
    await inbox.changed(signal).catch(() => {});
  }
}

/** The name is told as RFC 8187 has it, without what would lead out of a folder or hide how it ends. */
function asFile(reply: FastifyReply, contentType: string, filename: string): FastifyReply {
  const safe = filename.toWellFormed().replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069/\\]/gu, '_');
  const encoded = encodeURIComponent(safe).replace(/['()*]/g, (each) => `%${each.charCodeAt(0).toString(16)}`);
  return reply.type(contentType).header('content-disposition', `attachment; filename*=UTF-8''${encoded}`);
}

function notFound(reply: FastifyReply): FastifyReply {
  return reply.code(404).send({ error: 'There is no such message; only the newest are kept.' });
}
