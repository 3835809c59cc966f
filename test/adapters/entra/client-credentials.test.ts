/** One request for a token: by secret or certificate, never longer than its deadline, with Entra's own words and without secrets. */

import assert from 'node:assert/strict';
import { randomUUID, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { decodeProtectedHeader } from 'jose';
import { requestToken } from '../../../src/adapters/entra/client-credentials.ts';
import { trustContext } from '../../../src/adapters/trust.ts';
import type { Credential } from '../../../src/domain/credential.ts';
import type { Tenant } from '../../../src/domain/routing.ts';
import { createCertificateAuthority } from '../../../src/sandbox/certificates.ts';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import { appCertificate } from '../../app-certificate.ts';
import { failureOf } from '../../failure-of.ts';
import { requestsOf, secretOf, tenantOf } from './sandbox-tokens.ts';

describe('a token request', () => {
  test('by certificate is granted', async () => {
    const { pem, credential } = await appCertificate();
    await using sandbox = await startSandbox({ tenants: [{ certificates: [pem] }] });
    const token = await requestToken(tenantOf(sandbox), credential, requestsOf(sandbox));
    assert.equal(token.claims?.appId, sandbox.clientId);
  });

  test('by a certificate that is not registered is refused as such', async () => {
    await using sandbox = await startSandbox();
    const { credential } = await appCertificate();
    const failure = await failureOf(requestToken(tenantOf(sandbox), credential, requestsOf(sandbox)));
    assert.equal(failure.code, 'entra-client-assertion-signature-invalid');
    assert.equal(failure.entra?.code, 'AADSTS700027');
    assert.match(failure.entra?.description ?? '', new RegExp(credential.thumbprintSha256));
  });

  test('ends at its deadline when nothing comes', async () => {
    await using sandbox = await startSandbox({ tokenFault: 'connection-timeout' });
    const use = requestsOf(sandbox, { deadline: 40 });
    const failure = await failureOf(requestToken(tenantOf(sandbox), secretOf(sandbox.clientSecret), use));
    assert.equal(failure.code, 'connection-timeout');
    assert.equal(failure.stage, 'token');
    assert.match(failure.detail ?? '', /No answer within 0\.04 seconds/);
  });

  test('takes an HTML page for trouble upstream', async () => {
    await using sandbox = await startSandbox({ tokenFault: 'entra-unavailable-page' });
    const request = requestToken(tenantOf(sandbox), secretOf(sandbox.clientSecret), requestsOf(sandbox));
    const failure = await failureOf(request);
    assert.equal(failure.code, 'entra-transient-error');
    assert.equal(failure.entra, null);
    assert.equal(failure.retryAfter, 10);
    assert.match(failure.detail ?? '', /HTTP 503 without an OAuth error/);
  });
});

describe('an endpoint that is no Entra ID', () => {
  /** A server whose answers are written by hand, and one request to it. */
  async function failureAt(
    answer: (body: string, write: (text: string) => void, end: () => void) => void,
    { credential = secretOf(randomUUID()) as Credential, deadline = 5_000, status = 400 } = {},
  ) {
    const authority = await createCertificateAuthority();
    const server = createServer(await authority.issue('valid'), (incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        response.writeHead(status, { 'content-type': 'application/json' });
        answer(
          Buffer.concat(chunks).toString(),
          (text) => response.write(text),
          () => response.end(),
        );
      });
    }).listen(0, 'localhost');
    await once(server, 'listening');
    const tenant: Tenant = {
      name: 'contoso',
      tenantId: randomUUID(),
      clientId: randomUUID(),
      authorityHost: `https://localhost:${(server.address() as AddressInfo).port}`,
      scope: 'https://outlook.office365.com/.default',
      smtpHost: 'localhost',
      smtpPort: 587,
      externalRecipientsPerDay: null,
      domains: [],
    };
    try {
      const use = {
        trust: trustContext([authority.certificate]),
        httpsProxy: null,
        noProxy: null,
        deadline,
        ending: new AbortController().signal,
        clock: { now: () => new Date() },
      };
      return await requestToken(tenant, credential, use).then(
        () => assert.fail('it gave a token'),
        (error: Error & { failure: Awaited<ReturnType<typeof failureOf>> }) => error,
      );
    } finally {
      server.close();
      server.closeAllConnections();
    }
  }

  test('and trickles its answer is left at the deadline', async () => {
    let trickle: NodeJS.Timeout | undefined;
    const { failure } = await failureAt(
      (_body, write) => {
        trickle = setInterval(() => write(' '), 10);
      },
      { deadline: 100 },
    );
    clearInterval(trickle);
    assert.equal(failure.code, 'connection-timeout');
  });

  test('and sends back what it was sent shows no secret, in the problem or the log', async () => {
    const secret = `${randomUUID()}~"+/ä`;
    const error = await failureAt(
      (body, write, end) => {
        const token = `eyJhbGciOiJub25lIn0.${Buffer.from('{"a":1}').toString('base64url')}.c2ln`;
        write(JSON.stringify({ error: 'invalid_client', error_description: `${body} ${secret} ${token}` }));
        end();
      },
      { credential: secretOf(secret) },
    );
    const said = `${JSON.stringify(error.failure)} ${error.message} ${error.cause}`;
    assert.match(said, /client_secret=\[redacted\]/);
    for (const hidden of [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      'eyJhbGciOiJub25lIn0',
    ])
      assert.equal(said.includes(hidden), false, hidden);
  });

  test('is shown the whole chain of a certificate, in every assertion', async () => {
    const [leaf, authority] = await Promise.all([appCertificate(), appCertificate()]);
    const chain = [leaf.pem, authority.pem];
    let x5c: unknown;
    await failureAt(
      (body, _write, end) => {
        x5c = decodeProtectedHeader(new URLSearchParams(body).get('client_assertion') ?? '').x5c;
        end();
      },
      { credential: { ...leaf.credential, chain } },
    );
    assert.deepEqual(
      x5c,
      chain.map((pem) => new X509Certificate(pem).raw.toString('base64')),
    );
  });

  test('and grants a token without telling its life is not believed', async () => {
    const { failure } = await failureAt(
      (_body, write, end) => {
        write(JSON.stringify({ token_type: 'Bearer', access_token: 'opaque' }));
        end();
      },
      { status: 200 },
    );
    assert.equal(failure.code, 'entra-refused');
  });

  test('and answers without end is not listened to for ever', async () => {
    const { failure } = await failureAt((_body, write) => {
      for (let megabyte = 0; megabyte < 3; megabyte += 1) write('x'.repeat(1_000_000));
    });
    assert.match(failure.detail ?? '', /larger than 1000000 bytes/);
  });
});
