/** What every token cache keeps to, with others beside it or alone. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import type { TokenCache } from '../../../src/adapters/entra/token-cache.ts';
import { FailureError, failure } from '../../../src/domain/failure.ts';
import type { AccessToken } from '../../../src/ports.ts';
import { failureOf } from '../../failure-of.ts';
import { secretOf } from './sandbox-tokens.ts';

const HOUR = 3_600_000;
const nothing = { insteadOf: null, isForced: false };

export function newToken(): AccessToken {
  const now = Date.now();
  return { value: randomUUID(), acquiredAt: new Date(now), expiresAt: new Date(now + HOUR), claims: null };
}

export function newOwner() {
  const tenant = {
    name: 'contoso',
    tenantId: randomUUID(),
    clientId: randomUUID(),
    authorityHost: 'https://login.example',
    scope: 'https://outlook.example/.default',
    smtpHost: 'smtp.example',
    smtpPort: 587,
    externalRecipientsPerDay: null,
    domains: [],
  };
  return { tenant, credential: secretOf(randomUUID()) };
}

/** @param open a cache of the kind, which the test closes */
export function tokenCacheContract(
  kind: string,
  open: () => Promise<TokenCache>,
  options: { skip?: string | false } = {},
) {
  describe(`a token cache: ${kind}`, { skip: options.skip ?? false }, () => {
    test('gives the token of the request', async () => {
      const cache = await open();
      const token = newToken();
      assert.equal(await cache.token(newOwner(), nothing, async () => token), token);
      await cache.close();
    });

    test('passes on the failure of the request, and anything else that it throws', async () => {
      const cache = await open();
      const refused = failure('connection-refused', { stage: 'token' });
      const fails = cache.token(newOwner(), nothing, async () => {
        throw new FailureError(refused);
      });
      assert.equal(await failureOf(fails), refused);
      const defect = new Error('a defect');
      const breaks = cache.token(newOwner(), nothing, async () => {
        throw defect;
      });
      await assert.rejects(breaks, (error) => error === defect);
      await cache.close();
    });

    test('asks anew after a failure that may be gone by now', async () => {
      const cache = await open();
      const owner = newOwner();
      await failureOf(
        cache.token(owner, nothing, async () => {
          throw new FailureError(failure('connection-reset', { stage: 'token' }));
        }),
      );
      const token = newToken();
      assert.equal(await cache.token(owner, nothing, async () => token), token);
      await cache.close();
    });

    test('never gives the token of another', async () => {
      const cache = await open();
      const owners = [newOwner(), newOwner()];
      const one = newOwner();
      owners.push(one, { ...one, credential: secretOf(randomUUID()) });
      const tokens = owners.map(newToken);
      const given = await Promise.all(
        owners.map((owner, index) => cache.token(owner, nothing, async () => tokens[index] ?? newToken())),
      );
      assert.deepEqual(
        given.map(({ value }) => value),
        tokens.map(({ value }) => value),
      );
      await cache.close();
    });

    test('gives another token instead of the one there is', async () => {
      const cache = await open();
      const owner = newOwner();
      const first = await cache.token(owner, nothing, async () => newToken());
      const later = newToken();
      for (const isForced of [false, true]) {
        const second = await cache.token(owner, { insteadOf: first, isForced }, async () => later);
        assert.equal(second.value, later.value);
      }
      await cache.close();
    });

    test('has every token from its request once it is closed', async () => {
      const cache = await open();
      const owner = newOwner();
      await cache.token(owner, nothing, async () => newToken());
      await cache.close();
      const token = newToken();
      assert.equal(await cache.token(owner, nothing, async () => token), token);
      await cache.close();
    });
  });
}
