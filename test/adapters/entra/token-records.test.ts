/** Records of tokens open for who has the credential, at their own place, in their own version; anything else is a miss. */

import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { type RecordKind, seal } from '../../../src/adapters/entra/sealed-record.ts';
import { placeOf } from '../../../src/adapters/entra/token-place.ts';
import { openFailure, openToken, sealFailure, sealToken } from '../../../src/adapters/entra/token-records.ts';
import { Secret } from '../../../src/config/secret.ts';
import { failure } from '../../../src/domain/failure.ts';
import { appCertificate } from '../../app-certificate.ts';
import { secretOf } from './sandbox-tokens.ts';
import { newOwner } from './token-cache-contract.ts';

const HOUR = 3_600_000;
const now = new Date('2026-03-02T08:00:00Z');
const { tenant, credential } = newOwner();
const place = placeOf({ tenant, credential }, null);
const token = {
  value: randomBytes(900).toString('base64url'),
  acquiredAt: new Date(now.getTime() - HOUR / 2),
  expiresAt: new Date(now.getTime() + HOUR / 2),
  claims: null,
};
const sealed = sealToken(token, place.seal);

describe('a place', () => {
  test('is the same for the same app, tenant and credential, however they are written', () => {
    const again = placeOf(
      { tenant: { ...tenant, clientId: tenant.clientId.toUpperCase(), name: 'other' }, credential },
      null,
    );
    assert.deepEqual(again, place);
  });

  test('is another one for each other authority, tenant, app, scope and credential', () => {
    const others = [
      { tenant: { ...tenant, authorityHost: 'https://login.example.us' }, credential },
      { tenant: { ...tenant, tenantId: randomUUID() }, credential },
      { tenant: { ...tenant, clientId: randomUUID() }, credential },
      { tenant: { ...tenant, scope: 'https://graph.example/.default' }, credential },
      { tenant, credential: secretOf(randomUUID()) },
    ].map((owner) => placeOf(owner, null));
    assert.equal(new Set([place, ...others].map(({ entry }) => entry)).size, 6);
    for (const { seal: theirs } of others) assert.equal(openToken(sealed, theirs, now, HOUR), null);
  });

  test('of a certificate stays with its key, whatever the line ends of its file, and goes with the certificate', async () => {
    const { credential: certificate, privateKey } = await appCertificate();
    const rewritten = { ...certificate, privateKey: new Secret(privateKey.replaceAll('\n', '\r\n')) };
    const renewed = { ...certificate, thumbprintSha256: randomBytes(32).toString('hex') };
    const [first, second, third] = [certificate, rewritten, renewed].map((each) =>
      placeOf({ tenant, credential: each }, null),
    );
    assert.deepEqual(second, first);
    assert.notEqual(third?.entry, first?.entry);
  });

  test('has no names in it that anyone could read', () => {
    for (const name of [place.entry, place.failure, place.lease, place.forced])
      assert.match(name, /^exo-relay:token:v1:\{[\w-]{43}\}:(?:entry|failure|lease|forced)$/);
  });

  test('goes with a credential that is rotated, also when the key is derived from TOKEN_CACHE_KEY', () => {
    const cacheKey = new Secret(randomUUID());
    const mine = placeOf({ tenant, credential }, cacheKey);
    const rotated = placeOf({ tenant, credential: secretOf(randomUUID()) }, cacheKey);
    const record = sealToken(token, mine.seal);
    assert.notEqual(rotated.entry, mine.entry);
    assert.equal(openToken(record, rotated.seal, now, HOUR), null);
    assert.equal(openToken(record, placeOf({ tenant, credential }, new Secret(randomUUID())).seal, now, HOUR), null);
    assert.equal(openToken(record, place.seal, now, HOUR), null);
    assert.equal(openToken(record, mine.seal, now, HOUR)?.value, token.value);
  });
});

describe('a sealed token', () => {
  test('opens as it was', () => {
    assert.deepEqual(openToken(sealed, place.seal, now, HOUR / 2), token);
  });

  test('is never sealed the same way twice, and shows nothing of what is in it', () => {
    assert.notDeepEqual(sealToken(token, place.seal), sealed);
    assert.equal(sealed.includes(token.value.slice(0, 8)), false);
  });

  test('does not open when any of its bytes is another, nor when it is cut', () => {
    for (let at = 0; at < sealed.length; at += 1) {
      const damaged = Buffer.from(sealed);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      assert.equal(openToken(damaged, place.seal, now, HOUR), null, `byte ${at}`);
    }
    for (const length of [0, 1, 12, 13, 28, 29, sealed.length - 1])
      assert.equal(openToken(sealed.subarray(0, length), place.seal, now, HOUR), null, `${length} bytes`);
    assert.equal(openToken(Buffer.from('{"value":"x"}'), place.seal, now, HOUR), null);
  });

  test('does not open as a failure, nor with members that are missing', () => {
    assert.equal(openFailure(sealed, place.seal, now, HOUR), null);
    const records: [RecordKind, object][] = [
      ['token', {}],
      ['token', { value: 'x', lifetime: '1', expiresAt: 1 }],
      ['token', { value: 'x', lifetime: 1, expiresAt: null }],
      ['token', []],
    ];
    for (const [kind, record] of records)
      assert.equal(openToken(seal(kind, record, place.seal), place.seal, now, HOUR), null);
  });

  test('ends with its record in Redis for a replica whose clock is behind', () => {
    const behind = new Date(now.getTime() - HOUR);
    const opened = openToken(sealed, place.seal, behind, HOUR / 2);
    assert.equal(opened?.expiresAt.getTime(), behind.getTime() + HOUR / 2);
    assert.equal(opened?.acquiredAt.getTime(), behind.getTime() - HOUR / 2);
  });

  test('ends when it says for a replica whose clock is ahead', () => {
    const ahead = new Date(now.getTime() + HOUR / 4);
    assert.deepEqual(openToken(sealed, place.seal, ahead, HOUR / 2)?.expiresAt, token.expiresAt);
  });
});

describe('a sealed failure', () => {
  const refused = failure('entra-tenant-throttled', { stage: 'token', detail: 'Too much.', retryAfter: 120 });
  const until = new Date(now.getTime() + 120_000);

  test('opens as it was, with what is left of Retry-After', () => {
    const record = sealFailure(refused, until, place.seal);
    assert.deepEqual(openFailure(record, place.seal, now, 120_000), refused);
    assert.deepEqual(openFailure(record, place.seal, now, 30_400), { ...refused, retryAfter: 31 });
  });

  test('that is over does not open, whoever put it back', () => {
    assert.equal(openFailure(sealFailure(refused, until, place.seal), place.seal, until, HOUR), null);
  });

  test('of a code that this version does not know is a miss', () => {
    for (const code of ['of-next-year', 'toString', undefined]) {
      const record = seal('failure', { failure: { ...refused, code }, until: until.getTime() }, place.seal);
      assert.equal(openFailure(record, place.seal, now, 1_000), null);
    }
    assert.equal(openFailure(seal('failure', { until: until.getTime() }, place.seal), place.seal, now, 1_000), null);
  });
});
