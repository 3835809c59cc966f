/** The token endpoint of the sandbox: Entra ID's three documents over HTTPS on loopback, or the fault it was started with. */

import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { CertificateAuthority, CertificateKind } from './certificates.ts';
import { type AadstsNumber, entraErrors, entraTraceId, errorBody, type RequestFacts } from './entra-errors.ts';
import { withFreePortInstead } from './loopback.ts';
import type { TokenFault } from './scenarios.ts';
import { TOKEN_LIFETIME, type TokenIssuer } from './token-issuer.ts';
import { type Directory, judgeTenant, judgeTokenRequest } from './token-request.ts';

/** Seconds; what Entra asks of a client it has no room for. */
const RETRY_AFTER = '10';
const UNAVAILABLE_PAGE =
  '<!DOCTYPE html><html><head><title>Service Unavailable</title></head>' +
  "<body><h2>Our services aren't available right now</h2><p>We're working to restore all services as soon as possible.</p></body></html>";

export interface TokenEndpointOptions {
  readonly directory: Directory;
  readonly issuer: TokenIssuer;
  readonly authority: CertificateAuthority;
  readonly fault: TokenFault | undefined;
  /** 0 for any free one; a free one as well when it is taken. */
  readonly preferredPort: number;
  /** Called once for each answer to a request for a token. */
  readonly onTokenRequest: () => void;
}

export interface TokenEndpoint {
  readonly port: number;
  close(): Promise<void>;
}

type TenantRoute = { Params: { tenant: string } };

/** Starts the endpoint. */
export async function startTokenEndpoint(options: TokenEndpointOptions): Promise<TokenEndpoint> {
  const { directory, issuer, fault } = options;
  const certificate = await options.authority.issue(certificateFor(fault));
  const server = Fastify({ https: { ...certificate, minVersion: 'TLSv1.2' }, forceCloseConnections: true });
  acceptForms(server);
  server.addHook('onRequest', (request, reply, done) => strike(fault, request, reply, done));
  server.setNotFoundHandler((_request, reply) => reply.code(404).send());

  server.post<TenantRoute>('/:tenant/oauth2/v2.0/token', async (request, reply) => {
    options.onTokenRequest();
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
    const judgement = judgeTokenRequest(request.params.tenant, form, directory);
    if (!judgement.granted) return refuse(request, reply, judgement.aadsts, judgement.facts);
    reply.headers({ 'cache-control': 'no-store, no-cache', pragma: 'no-cache', 'x-ms-request-id': entraTraceId() });
    return {
      token_type: 'Bearer',
      expires_in: TOKEN_LIFETIME,
      ext_expires_in: TOKEN_LIFETIME,
      access_token: await issuer.issue(judgement.resource, judgement.roles),
    };
  });

  server.get<TenantRoute>('/:tenant/v2.0/.well-known/openid-configuration', async (request, reply) => {
    const { tenant } = request.params;
    const aadsts = judgeTenant(tenant, directory);
    if (aadsts === null) return openIdConfiguration(`https://${request.host}/${tenant}`);
    const body = errorBody(aadsts, { ...NO_FACTS, tenant }, correlationId(request));
    return reply.code(400).send({ ...body, error: 'invalid_tenant' });
  });

  server.get('/:tenant/discovery/v2.0/keys', async () => issuer.keys);

  await withFreePortInstead(options.preferredPort, (port) => server.listen({ host: 'localhost', port }));
  return { port: (server.server.address() as AddressInfo).port, close: () => server.close() };
}

const NO_FACTS: RequestFacts = { tenant: '', clientId: '', scope: '', resource: '', grantType: '', parameter: '' };

function certificateFor(fault: TokenFault | undefined): CertificateKind {
  switch (fault) {
    case 'tls-certificate-expired':
      return 'expired';
    case 'tls-certificate-hostname-mismatch':
      return 'other-host';
    case 'tls-certificate-unverified':
      return 'unknown-authority';
    default:
      return 'valid';
  }
}

function acceptForms(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, new URLSearchParams(String(body))),
  );
  // Entra answers a body of another type as one without parameters.
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, _body, done) => done(null, null));
}

function strike(fault: TokenFault | undefined, request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  switch (fault) {
    case 'connection-reset':
      reply.hijack();
      request.raw.socket.destroy();
      return;
    case 'connection-timeout':
      reply.hijack();
      return;
    case 'entra-transient-error':
      refuse(request, reply, 90033, NO_FACTS);
      return;
    case 'entra-unavailable-page':
      reply.code(503).header('retry-after', RETRY_AFTER).type('text/html').send(UNAVAILABLE_PAGE);
      return;
    default:
      done();
  }
}

function refuse(request: FastifyRequest, reply: FastifyReply, aadsts: AadstsNumber, facts: RequestFacts): FastifyReply {
  const { status } = entraErrors[aadsts];
  const body = errorBody(aadsts, facts, correlationId(request));
  if (status === 429 || status === 503) reply.header('retry-after', RETRY_AFTER);
  return reply
    .code(status)
    .headers({ 'cache-control': 'no-store, no-cache', pragma: 'no-cache', 'x-ms-request-id': body.trace_id })
    .send(body);
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
    token_endpoint_auth_methods_supported: ['client_secret_post'],
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
