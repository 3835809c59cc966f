import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { wordingsOf } from '../../src/sandbox/entra-errors.ts';
import { reservedTenantId, secretScenarios, tenantScenarios } from '../../src/sandbox/entra-scenarios.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { ask, postTokenForm, tokenFor, tokenForm } from './token-request.ts';

const NO_FACTS = { tenant: '', clientId: '', scope: '', resource: '', grantType: '', parameter: '', reason: '' };

describe('The token endpoint', () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox.close());

  it('issues a token to the app', async () => {
    const { status, headers, body } = await postTokenForm(sandbox, tokenForm(sandbox));
    assert.equal(status, 200);
    assert.equal(headers['cache-control'], 'no-store, no-cache');
    const { access_token, ...rest } = JSON.parse(body);
    assert.deepEqual(rest, { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599 });
    assert.equal(access_token.split('.').length, 3);
  });

  it('signs the claims of an app token with the key it publishes', async () => {
    const keys = JSON.parse((await ask(sandbox, 'GET', `/${sandbox.tenantId}/discovery/v2.0/keys`)).body);
    const { payload, protectedHeader } = await jwtVerify(await tokenFor(sandbox), createLocalJWKSet(keys));
    const { iat = 0, nbf, exp, oid, sub, uti, ...claims } = payload;
    assert.equal(protectedHeader.alg, 'RS256');
    assert.deepEqual(claims, {
      aud: 'https://outlook.office365.com',
      iss: `https://sts.windows.net/${sandbox.tenantId}/`,
      appid: sandbox.clientId,
      appidacr: '1',
      idp: `https://sts.windows.net/${sandbox.tenantId}/`,
      roles: ['SMTP.SendAsApp'],
      tid: sandbox.tenantId,
      ver: '1.0',
    });
    assert.equal(exp, iat + 3599);
    assert.equal(nbf, iat);
    assert.equal(oid, sub);
    assert.equal(typeof uti, 'string');
  });

  it('knows the tenant by its domain too', async () => {
    const { status } = await postTokenForm(sandbox, tokenForm(sandbox), { tenant: 'contoso.example' });
    assert.equal(status, 200);
  });

  it('issues a token for Microsoft Graph without the role for SMTP', async () => {
    const token = await tokenFor(sandbox, { scope: 'https://graph.microsoft.com/.default' });
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    assert.equal(claims.aud, 'https://graph.microsoft.com');
    assert.equal(claims.roles, undefined);
  });

  it('writes an error as Entra does', async () => {
    const correlation = randomUUID();
    const form = { ...tokenForm(sandbox), client_secret: randomUUID() };
    const { status, body } = await postTokenForm(sandbox, form, { headers: { 'client-request-id': correlation } });
    const error = JSON.parse(body);
    assert.equal(status, 401);
    assert.deepEqual(Object.keys(error), [
      'error',
      'error_description',
      'error_codes',
      'timestamp',
      'trace_id',
      'correlation_id',
      'error_uri',
    ]);
    assert.equal(error.error, 'invalid_client');
    assert.deepEqual(error.error_codes, [7000215]);
    assert.match(error.timestamp, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/);
    assert.match(error.trace_id, /^[0-9a-f-]{34}00$/);
    assert.equal(error.correlation_id, correlation);
    assert.equal(error.error_uri, 'https://login.microsoftonline.com/error?code=7000215');
    assert.equal(
      error.error_description,
      'AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret ' +
        `value, not the client secret ID, for a secret added to app '${sandbox.clientId}'.\r\n` +
        `Trace ID: ${error.trace_id}\r\nCorrelation ID: ${correlation}\r\nTimestamp: ${error.timestamp}`,
    );
  });

  it('takes the correlation id from the query, where msal puts it', async () => {
    const correlation = randomUUID();
    const path = `/${sandbox.tenantId}/oauth2/v2.0/token?client-request-id=${correlation}`;
    const { body } = await ask(sandbox, 'POST', path, '', { 'content-type': 'application/x-www-form-urlencoded' });
    assert.equal(JSON.parse(body).correlation_id, correlation);
  });

  const unknownTenant = randomUUID();
  const wrong: [string, Record<string, string | undefined>, string | undefined, number, string, number][] = [
    ['an unknown tenant', {}, unknownTenant, 90002, 'invalid_request', 400],
    ['an unknown domain', {}, 'fabrikam.example', 90002, 'invalid_request', 400],
    ['a malformed tenant', {}, 'contoso', 900023, 'invalid_request', 400],
    ['an authority that is no tenant', {}, 'common', 50059, 'invalid_request', 400],
    ['an unknown app', { client_id: randomUUID() }, undefined, 700016, 'unauthorized_client', 400],
    ['a wrong secret', { client_secret: randomUUID() }, undefined, 7000215, 'invalid_client', 401],
    ['no secret', { client_secret: undefined }, undefined, 7000218, 'invalid_client', 401],
    [
      'an assertion whose key is unknown',
      { client_secret: undefined, client_assertion: 'e30.e30.' },
      undefined,
      700027,
      'invalid_client',
      401,
    ],
    ['an expired secret', { client_secret: 'expired-secret' }, undefined, 7000222, 'invalid_client', 401],
    ['no grant type', { grant_type: undefined }, undefined, 900144, 'invalid_request', 400],
    ['no app', { client_id: undefined }, undefined, 900144, 'invalid_request', 400],
    ['another grant type', { grant_type: 'password' }, undefined, 70003, 'unsupported_grant_type', 400],
    [
      'a scope without /.default',
      { scope: 'https://outlook.office365.com/SMTP.Send' },
      undefined,
      1002012,
      'invalid_scope',
      400,
    ],
    ['an unknown resource', { scope: 'https://fabrikam.example/.default' }, undefined, 500011, 'invalid_resource', 400],
  ];
  for (const [what, changes, tenant, aadsts, error, status] of wrong) {
    it(`refuses ${what} with AADSTS${aadsts}`, async () => {
      const form = Object.entries({ ...tokenForm(sandbox), ...changes }).filter(([, value]) => value !== undefined);
      const answer = await postTokenForm(sandbox, Object.fromEntries(form) as Record<string, string>, {
        ...(tenant !== undefined && { tenant }),
      });
      const body = JSON.parse(answer.body);
      assert.deepEqual([body.error_codes, body.error, answer.status], [[aadsts], error, status]);
      assert.ok(body.error_description.startsWith(`AADSTS${aadsts}: `));
    });
  }

  for (const { name, by, aadsts, wording } of tenantScenarios) {
    it(`plays ${name} for its reserved tenant`, async () => {
      const answer = await postTokenForm(sandbox, tokenForm(sandbox), { tenant: by });
      const { error_codes, error_description } = JSON.parse(answer.body);
      assert.deepEqual(error_codes, [aadsts]);
      const others = wordingsOf(aadsts).filter((_, index) => index !== wording - 1);
      const facts = { ...NO_FACTS, tenant: by, clientId: sandbox.clientId };
      assert.ok(
        others.every(({ text }) => !error_description.includes(`: ${text(facts)}\r\n`)),
        error_description,
      );
    });
  }

  it('answers a transient error with 503 and Retry-After', async () => {
    const answer = await postTokenForm(sandbox, tokenForm(sandbox), { tenant: reservedTenantId(90033) });
    assert.equal(answer.status, 503);
    assert.equal(answer.headers['retry-after'], '10');
    assert.equal(JSON.parse(answer.body).error, 'temporarily_unavailable');
  });

  it('plays a scenario for each reserved secret', async () => {
    for (const { by, aadsts } of secretScenarios) {
      const { status, body } = await postTokenForm(sandbox, { ...tokenForm(sandbox), client_secret: by });
      assert.deepEqual([status, JSON.parse(body).error_codes], [401, [aadsts]], by);
    }
  });

  it('publishes where its endpoints are', async () => {
    const { status, body } = await ask(sandbox, 'GET', `/${sandbox.tenantId}/v2.0/.well-known/openid-configuration`);
    const authority = `${sandbox.authorityHost}/${sandbox.tenantId}`;
    assert.equal(status, 200);
    const { token_endpoint, issuer, authorization_endpoint, jwks_uri } = JSON.parse(body);
    assert.deepEqual(
      [token_endpoint, issuer, authorization_endpoint, jwks_uri],
      [
        `${authority}/oauth2/v2.0/token`,
        `${authority}/v2.0`,
        `${authority}/oauth2/v2.0/authorize`,
        `${authority}/discovery/v2.0/keys`,
      ],
    );
  });

  it('publishes them for a reserved tenant too, unless that is the one that does not exist', async () => {
    const paths = ([700016, 90002] as const).map(
      (aadsts) => `/${reservedTenantId(aadsts)}/v2.0/.well-known/openid-configuration`,
    );
    assert.deepEqual(
      await Promise.all(paths.map(async (path) => (await ask(sandbox, 'GET', path)).status)),
      [200, 400],
    );
  });

  it('publishes nothing for a tenant that does not exist', async () => {
    const { status, body } = await ask(sandbox, 'GET', `/${unknownTenant}/v2.0/.well-known/openid-configuration`);
    assert.equal(status, 400);
    assert.equal(JSON.parse(body).error, 'invalid_tenant');
  });

  it('counts the requests for a token', async () => {
    const before = sandbox.counts.tokenRequests;
    await tokenFor(sandbox);
    assert.equal(sandbox.counts.tokenRequests, before + 1);
  });
});
