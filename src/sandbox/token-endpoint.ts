/** The token endpoint of the sandbox: Entra ID's three documents over HTTPS on loopback, or the fault it was started with. */

import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { CertificateAuthority } from './certificates.ts';
import { SandboxClock } from './clock.ts';
import type { Directory } from './directory.ts';
import { behaviourWith, type Conduct, conductTowards, type EntraBehaviour } from './entra-behaviour.ts';
import { type EntraRefusal, entraErrors, entraTraceId, errorBody, type RequestFacts } from './entra-errors.ts';
import { handshakeOptions } from './handshake.ts';
import { withFreePortInstead } from './loopback.ts';
import type { TokenFault } from './scenarios.ts';
import type { TokenIssuer } from './token-issuer.ts';
import { judgeTenant, judgeTokenRequest } from './token-request.ts';

const UNAVAILABLE_PAGE =
  '<!DOCTYPE html><html><head><title>Service Unavailable</title></head>' +
  "<body><h2>Our services aren't available right now</h2><p>We're working to restore all services as soon as possible.</p></body></html>";

export interface TokenEndpointOptions {
  readonly directory: Directory;
  /** By which credentials expire; the machine's own when absent. */
  readonly clock?: SandboxClock;
  readonly issuer: TokenIssuer;
  readonly authority: CertificateAuthority;
  /** With which it starts. */
  readonly fault: TokenFault | undefined;
  /** 0 for any free one; a free one as well when it is taken. */
  readonly preferredPort: number;
  /** Called once for each request for a token, whatever it is answered, with the tenant it names. */
  readonly onTokenRequest: (tenant: string) => void;
}

export interface TokenEndpoint {
  readonly port: number;
  /** Changes its behaviour; the certificate stays that of the start. */
  behave(behaviour: EntraBehaviour): void;
  readonly behaviour: EntraBehaviour;
  close(): Promise<void>;
}

type TenantRoute = { Params: { tenant: string } };
const TOKEN_ROUTE = '/:tenant/oauth2/v2.0/token';

/** Starts the endpoint. */
export async function startTokenEndpoint(options: TokenEndpointOptions): Promise<TokenEndpoint> {
  const { directory, issuer, fault, clock = new SandboxClock() } = options;
  const server = Fastify({ https: await handshakeOptions(options.authority, fault), forceCloseConnections: true });
  acceptForms(server);
  let behaviour = behaviourWith(fault);
  server.addHook<TenantRoute>('onRequest', async (request, reply) => {
    const { tenant = '' } = request.params;
    if (request.routeOptions.url === TOKEN_ROUTE) options.onTokenRequest(tenant);
    await strike(conductTowards(tenant, behaviour), request, reply);
  });
  server.setNotFoundHandler((_request, reply) => reply.code(404).send());

  server.post<TenantRoute>(TOKEN_ROUTE, async (request, reply) => {
    const { tenant } = request.params;
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
    const { tokenLifetime: lifetime, retryAfter } = conductTowards(tenant, behaviour);
    const judgement = await judgeTokenRequest(tenant, form, {
      directory,
      origin: `https://${request.host}`,
      time: clock.now(),
    });
    if (!judgement.granted) return refuse(request, reply, judgement, retryAfter);
    const { principal, resource: audience, roles } = judgement;
    reply.headers({ 'cache-control': 'no-store, no-cache', pragma: 'no-cache', 'x-ms-request-id': entraTraceId() });
    return {
      token_type: 'Bearer',
      expires_in: lifetime,
      ext_expires_in: lifetime,
      access_token: await issuer.issue(principal, { audience, roles, lifetime }),
    };
  });

  server.get<TenantRoute>('/:tenant/v2.0/.well-known/openid-configuration', async (request, reply) => {
    const { tenant } = request.params;
    const aadsts = judgeTenant(tenant, directory);
    if (aadsts === null) return openIdConfiguration(`https://${request.host}/${tenant}`);
    const body = errorBody({ aadsts, facts: { ...NO_FACTS, tenant } }, correlationId(request));
    return reply.code(400).send({ ...body, error: 'invalid_tenant' });
  });

  server.get('/:tenant/discovery/v2.0/keys', async () => issuer.keys);

  await withFreePortInstead(options.preferredPort, (port) => server.listen({ host: 'localhost', port }));
  return {
    port: (server.server.address() as AddressInfo).port,
    behave: (changed) => {
      behaviour = changed;
    },
    get behaviour() {
      return behaviour;
    },
    close: () => server.close(),
  };
}

const NO_FACTS: RequestFacts = {
  tenant: '',
  clientId: '',
  scope: '',
  resource: '',
  grantType: '',
  parameter: '',
  reason: '',
};

function acceptForms(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, new URLSearchParams(String(body))),
  );
  // Entra answers a body of another type as one without parameters.
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, _body, done) => done(null, null));
}

/** Plays what is to happen to every request; a reply that is sent, or never will be, ends it here. */
async function strike(conduct: Conduct, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { delay, fault, retryAfter } = conduct;
  if (delay > 0) await wait(delay, undefined, { ref: false });
  switch (fault) {
    case 'connection-reset':
      reply.hijack();
      request.raw.socket.destroy();
      return;
    case 'connection-timeout':
      reply.hijack();
      return;
    case 'network-error':
      reply.hijack();
      request.raw.socket.end('This is no HTTP.\r\n\r\n');
      return;
    case 'entra-transient-error':
      refuse(request, reply, { aadsts: 90033, facts: NO_FACTS }, retryAfter);
      return;
    case 'entra-tenant-throttled':
      refuse(request, reply, { aadsts: 90055, facts: NO_FACTS }, retryAfter);
      return;
    case 'entra-unavailable-page':
      askToWait(reply, retryAfter).code(503).type('text/html').send(UNAVAILABLE_PAGE);
  }
}

function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: EntraRefusal,
  retryAfter: Conduct['retryAfter'],
): FastifyReply {
  const { status } = entraErrors[refusal.aadsts];
  const body = errorBody(refusal, correlationId(request));
  if (status === 429 || status === 503) askToWait(reply, retryAfter);
  return reply
    .code(status)
    .headers({ 'cache-control': 'no-store, no-cache', pragma: 'no-cache', 'x-ms-request-id': body.trace_id })
    .send(body);
}

function askToWait(reply: FastifyReply, retryAfter: Conduct['retryAfter']): FastifyReply {
  return retryAfter === null ? reply : reply.header('retry-after', String(retryAfter));
}

/** Clients name the request in a header or, as Microsoft's libraries do, in the query. */
function correlationId(request: FastifyRequest): string | undefined {
  const query = request.query as Record<string, unknown>;
  const given = request.headers['client-request-id'] ?? query['client-request-id'];
  return typeof given === 'string' && /^[0-9a-f-]{36}$/i.test(given) ? given : undefined;
}

function openIdConfiguration(authority: string) {
  return {
    token_endpoint: `${authority}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
    jwks_uri: `${authority}/discovery/v2.0/keys`,
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: `${authority}/v2.0`,
    authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
    end_session_endpoint: `${authority}/oauth2/v2.0/logout`,
  };
}
