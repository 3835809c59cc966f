/** What guards every answer of the inbox server: the browser is forbidden whatever the page does not need, and other sites get nothing. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SCRIPT_SOURCE } from './inbox-script.ts';

const PAGE_POLICY = [
  "default-src 'none'",
  `script-src ${SCRIPT_SOURCE}`,
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');
const SAFE = ['GET', 'HEAD', 'OPTIONS'];

/** Has each answer carry the headers, and refuses requests that come from elsewhere. */
export function protect(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'content-security-policy': PAGE_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    // Another host name that leads here is another site's (DNS rebinding).
    if (!['127.0.0.1', 'localhost'].includes(request.hostname)) {
      return await reply.code(421).send({ error: 'This inbox answers only as 127.0.0.1 or localhost.' });
    }
    if (!SAFE.includes(request.method)) await refuseOtherSites(request, reply);
  });
}

/** A hook for routes that other sites may not even read. */
export async function refuseOtherSites(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (isFromAnotherSite(request)) await reply.code(403).send({ error: 'Pages of other sites may not ask for this.' });
}

/**
 * What a browser says of itself about a request; programs say nothing, and are let through. Origin counts where there is no Sec-Fetch-Site
 * only, since a page with `no-referrer` sends `null` in it even to itself.
 */
function isFromAnotherSite({ headers, host }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  return headers.origin !== undefined && headers.origin !== `http://${host}`;
}
