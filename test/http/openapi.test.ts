/** The OpenAPI document is the committed one, a linter finds nothing in it, and what the server answers is what it promises. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { suite, test } from 'node:test';
import type { LightMyRequestResponse } from 'fastify';
import { failureCodes } from '../../src/domain/catalogue/catalogue.ts';
import { entryOf, type Failure, FailureError, failure } from '../../src/domain/failure.ts';
import { openapiDocument } from '../../src/http/openapi-document.ts';
import { linesOf } from './lines.ts';
import { ACCEPTED, ID, pending, submissionWith, submitted } from './outcomes.ts';
import { message, recordingRelay } from './recording-relay.ts';

const root = resolve(import.meta.dirname, '../..');
const path = 'openapi/openapi.json';
const document = JSON.parse(readFileSync(join(root, path), 'utf8'));

/** Ajv for JSON Schema 2020-12, the one that comes with Fastify. */
const { default: Ajv2020 } = createRequire(createRequire(import.meta.url).resolve('fastify'))('ajv/dist/2020');
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({ $id: 'openapi', components: document.components });

/** Finds everything in which an answer is not what the document says of its route and status. */
function assertAsPromised(response: LightMyRequestResponse, route: string, method = 'get'): void {
  const promise = document.paths[route][method].responses[response.statusCode];
  assert.ok(promise, `${method} ${route} may not answer ${response.statusCode}`);
  const [type] = String(response.headers['content-type']).split(';');
  const { schema } = promise.content[type ?? ''] ?? assert.fail(`${type} is not what it may answer`);
  const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/'));
  const isValid = ajv.validate(absolute, type?.startsWith('text/') ? response.body : response.json());
  assert.ok(isValid, ajv.errorsText());
  const headers = Object.keys(promise.headers).map((name) => name.toLowerCase());
  for (const name of ['retry-after', 'vary', 'ratelimit-limit', 'x-request-id', 'www-authenticate'])
    if (name in response.headers) assert.ok(headers.includes(name), `${response.statusCode} has ${name}`);
}

suite('the document', () => {
  test('is the one of the routes; npm run docs writes it', async () => {
    // Not assert.equal, which would print both.
    assert.ok(readFileSync(join(root, path), 'utf8') === (await openapiDocument()), 'run npm run docs');
  });

  test('is what /openapi.json answers', async () => {
    const { server } = recordingRelay();
    const response = await server.inject({ method: 'GET', url: '/openapi.json' });
    assert.deepEqual(response.json(), document);
    assertAsPromised(response, '/openapi.json');
  });

  test('has nothing a strict linter would find', () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, 'node_modules/@redocly/cli/bin/cli.js'), 'lint', '--config', 'redocly.yaml', path],
      { cwd: root, encoding: 'utf8', env: { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' } },
    );
    assert.equal(status, 0, `${stdout}${stderr}`);
  });

  test('names every failure of the catalogue, and each under its status on some route', () => {
    assert.deepEqual(document.components.schemas.Problem.properties.code.enum, failureCodes);
    const operations = Object.values<object>(document.paths).flatMap((path) => Object.values(path));
    // A method that a path does not take is answered by no operation, and a mailbox that is gone is why something waits.
    const answered = failureCodes.filter((code) => !['method-not-allowed', 'mailbox-not-configured'].includes(code));
    for (const code of answered) {
      const responses = operations.map((operation) => operation.responses[entryOf(code).status]);
      assert.ok(
        responses.some((response) => response?.description.includes(`\`${code}\``)),
        code,
      );
    }
  });

  test('has an example of every answer that is as it promises', () => {
    for (const [route, operations] of Object.entries<object>(document.paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        for (const [status, { content = {} }] of Object.entries<{ content?: object }>(operation.responses)) {
          for (const { schema, example } of Object.values(content)) {
            if (example === undefined) continue;
            const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/'));
            assert.ok(ajv.validate(absolute, example), `${method} ${route} ${status}: ${ajv.errorsText()}`);
          }
        }
      }
    }
  });
});

suite('an answer is as promised', () => {
  let next: Failure = failure('internal-error');
  const { post: deliver } = recordingRelay({
    deliver: async () => {
      throw new FailureError(next);
    },
  });
  // The other ones come before anybody delivers.
  const ofOtherRoutes = ['submission-final', 'submission-sending', 'submission-submitted', 'content-gone'];
  const ofDelivery = failureCodes.filter(
    (code) => ![401, 404, 405, 408].includes(entryOf(code).status) && !ofOtherRoutes.includes(code),
  );
  for (const code of ofDelivery) {
    test(`of POST /send: ${code}`, async () => {
      const reply = { code: 451, enhanced: '4.7.0', text: 'Later' };
      const rejected = [{ recipient: 'a@b.example', failure: failure('recipient-not-found') }];
      const ids = { code: null, traceId: null, correlationId: null, timestamp: null };
      const entra = { error: 'invalid_client', description: '', ...ids };
      for (const known of [{}, { smtp: { command: 'DATA', reply }, entra, rejected, detail: 'So.' }]) {
        next = failure(code, known);
        assertAsPromised(await deliver(message), '/send', 'post');
      }
    });
  }

  const bodies: Record<string, unknown> = {
    'a receipt': message,
    'no JSON': '{',
    'unknown fields': { ...message, attachement: [] },
    'no recipient': { ...message, to: [] },
    'another sender': { ...message, from: 'ceo@contoso.example' },
  };
  for (const [what, body] of Object.entries(bodies)) {
    test(`of POST /send: ${what}`, async () => {
      const { post } = recordingRelay();
      assertAsPromised(await post(body), '/send', 'post');
    });
  }

  test('of POST /send: a receipt with refused recipients', async () => {
    const { post } = recordingRelay({
      deliver: async (submission) =>
        submitted(submission, {
          rejected: [{ recipient: 'gone@fabrikam.example', failure: failure('recipient-not-found') }],
          reply: null,
        }),
    });
    const response = await post({ ...message, cc: 'gone@fabrikam.example' });
    assertAsPromised(response, '/send', 'post');
    assert.equal(response.json().rejected[0].failure.code, 'recipient-not-found');
  });

  test('of POST /send: nobody calls, or too often, or for what they may not', async () => {
    const { post } = recordingRelay({ client: { rate: { requests: 1, seconds: 60 }, scopes: ['read'] } });
    assertAsPromised(await post(message, { authorization: '' }), '/send', 'post');
    const forbidden = await post(message);
    assert.equal(forbidden.json().code, 'forbidden-scope');
    assertAsPromised(forbidden, '/send', 'post');
    const limited = await post(message);
    assert.equal(limited.statusCode, 429);
    assertAsPromised(limited, '/send', 'post');
  });

  for (const route of ['/health', '/health/live', '/health/ready']) {
    test(`of GET ${route}`, async () => {
      const { server, key } = recordingRelay();
      assertAsPromised(await server.inject({ method: 'GET', url: route }), route);
      const headers = { authorization: `Bearer ${key}` };
      assertAsPromised(await server.inject({ method: 'GET', url: route, headers }), route);
    });
  }
});

suite('an answer on submissions and lines is as promised', () => {
  const refusal = failure('server-busy', {
    smtp: { command: 'DATA', reply: { code: 451, enhanced: null, text: 'x' } },
  });
  const attempt = { startedAt: ACCEPTED, endedAt: ACCEPTED, serverTail: null };
  const tried = submissionWith({
    status: 'deferred',
    recipients: [{ address: 'a@b.example', state: 'pending', failure: refusal }],
    attempts: [{ ...attempt, outcome: 'deferred', reply: null, failure: refusal }],
    lastFailure: refusal,
    scheduledAt: ACCEPTED,
    tags: [{ name: 'a', value: 'b' }],
    metadata: { a: 'b' },
  });
  const { submission: done } = submitted(tried);
  const relay = {
    submissions: {
      find: async () => tried,
      list: async () => ({ submissions: [tried, done], next: 'x' }),
      cancel: async () => done,
      retry: async () => tried,
      forget: async () => {},
      retryMany: async () => ({ retried: 1, refused: [{ id: tried.id, failure: refusal }], next: 'cursor' }),
    },
    lines: linesOf(),
  };
  const calls: [method: 'GET' | 'POST' | 'DELETE', url: string, route: string, body?: object][] = [
    ['GET', '/submissions', '/submissions'],
    ['GET', '/submissions?limit=0', '/submissions'],
    ['GET', `/submissions/${ID}`, '/submissions/{id}'],
    ['GET', '/submissions/x', '/submissions/{id}'],
    ['POST', `/submissions/${ID}/retry`, '/submissions/{id}/retry'],
    ['POST', `/submissions/${ID}/cancel`, '/submissions/{id}/cancel'],
    ['POST', '/submissions/retry', '/submissions/retry', {}],
    ['POST', '/submissions/retry', '/submissions/retry', { status: 'x' }],
    ['GET', '/mailboxes', '/mailboxes'],
    ['GET', '/tenants', '/tenants'],
    ['POST', '/mailboxes/a@b.example/resume', '/mailboxes/{address}/resume'],
    ['POST', '/mailboxes/a/resume', '/mailboxes/{address}/resume'],
    ['POST', '/tenants/default/resume', '/tenants/{name}/resume'],
  ];
  for (const [method, url, route, body] of calls) {
    test(`of ${method} ${url}`, async () => {
      const { ask } = recordingRelay({ relay });
      assertAsPromised(await ask(method, url, body), route, method.toLowerCase());
      const nobody = recordingRelay({ relay, client: { scopes: [] } });
      const forbidden = await nobody.ask(method, url, body);
      assert.equal(forbidden.statusCode, 403);
      assertAsPromised(forbidden, route, method.toLowerCase());
    });
  }

  test('of DELETE /submissions/{id}', async () => {
    const response = await recordingRelay({ relay }).ask('DELETE', `/submissions/${ID}`);
    assert.deepEqual([response.statusCode, response.body], [204, '']);
    assert.deepEqual(Object.keys(document.paths['/submissions/{id}'].delete.responses[204]), [
      'description',
      'headers',
    ]);
  });

  test('of POST /send: a submission that goes on', async () => {
    for (const submission of [submissionWith(), tried]) {
      const { post } = recordingRelay({ deliver: async () => pending(submission) });
      const response = await post(message);
      assert.equal(response.statusCode, 202);
      assertAsPromised(response, '/send', 'post');
    }
  });
});

suite('an answer to Prometheus is as promised', () => {
  test('of GET /metrics', async () => {
    const { server } = recordingRelay();
    assertAsPromised(await server.inject({ method: 'GET', url: '/metrics' }), '/metrics');
    const closed = recordingRelay({ options: { metricsTokenSha256: '0'.repeat(64) } });
    assertAsPromised(await closed.server.inject({ method: 'GET', url: '/metrics' }), '/metrics');
  });
});

suite('an answer on failures is as promised', () => {
  const { server } = recordingRelay();
  const get = (url: string, accept = '*/*') => server.inject({ method: 'GET', url, headers: { accept } });

  test('of GET /failures', async () => {
    assertAsPromised(await get('/failures'), '/failures');
    assertAsPromised(await get('/failures', 'text/html'), '/failures');
  });

  test('of GET /failures/{code}: each, and one that does not exist', async () => {
    for (const code of [...failureCodes, 'nothing']) {
      assertAsPromised(await get(`/failures/${code}`), '/failures/{code}');
      assertAsPromised(await get(`/failures/${code}`, 'text/html'), '/failures/{code}');
    }
  });
});

suite('/docs', () => {
  test('shows the document and fetches nothing from elsewhere', async () => {
    const { server } = recordingRelay();
    const page = await server.inject({ method: 'GET', url: '/docs' });
    assert.equal(page.statusCode, 200);
    assert.match(String(page.headers['content-security-policy']), /default-src 'none'/);
    assert.equal(/https?:\/\//.test(page.body), false);
    for (const [, file] of page.body.matchAll(/(?:src|href)="([^"]+)"/g)) {
      assert.equal((await server.inject({ method: 'GET', url: file ?? '' })).statusCode, 200, file);
    }
    const script = await server.inject({ method: 'GET', url: '/docs/static/swagger-initializer.js' });
    assert.match(script.body, /"\/openapi\.json"/);
    assert.match(script.body, /"validatorUrl":\s*null/);
    assert.match(script.body, /"layout":\s*"BaseLayout"/);
  });

  test('answers a file that does not exist as a problem', async () => {
    const { server } = recordingRelay();
    const response = await server.inject({ method: 'GET', url: '/docs/static/nothing.js' });
    assert.equal(response.statusCode, 404);
    assert.equal(response.json().code, 'not-found');
  });
});
