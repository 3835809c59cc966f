/** What a pause holds back in the lines, and what goes on meanwhile. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { linesWith } from './lines-with.ts';
import { MINUTE, NOW, placeWith, routeWith, tenantWith } from './places.ts';

suite('a sender that pauses', () => {
  const ceo = 'ceo@contoso.example';
  /** Its pause begins with three refusals. */
  const denied = async (given: ReturnType<typeof linesWith>) => {
    for (let count = 1; count <= 3; count += 1) given.add({ id: `denied ${count}`, from: ceo });
    for (let count = 1; count <= 3; count += 1) await given.fail('send-as-denied');
    given.begun.length = 0;
  };

  test('holds back its own messages and no others of the mailbox', async (t) => {
    const given = linesWith(t);
    await denied(given);
    for (const id of ['ceo 1', 'ceo 2']) given.add({ id, from: ceo });
    given.add({ id: 'other' });
    assert.deepEqual(given.begun, ['other']);
    assert.deepEqual(given.lines.figures.paused, { sender: 1, mailbox: 0, tenant: 0 });
  });

  test('has one message tried when the time is up, and goes on when it goes through', async (t) => {
    const given = linesWith(t);
    await denied(given);
    for (const id of ['ceo 1', 'ceo 2', 'ceo 3']) given.add({ id, from: ceo });
    await given.pass(MINUTE);
    assert.deepEqual(given.begun, ['ceo 1']);
    await given.pass(10 * MINUTE);
    assert.deepEqual(given.begun, ['ceo 1']);
    await given.end();
    assert.deepEqual(given.begun, ['ceo 1', 'ceo 2', 'ceo 3']);
  });

  test('is tried ever more seldom while that is in vain', async (t) => {
    const given = linesWith(t);
    await denied(given);
    for (const id of ['ceo 1', 'ceo 2', 'ceo 3']) given.add({ id, from: ceo });
    await given.pass(MINUTE);
    await given.fail('send-as-denied');
    await given.pass(2 * MINUTE - 1);
    assert.deepEqual(given.begun, ['ceo 1']);
    await given.pass(1);
    assert.deepEqual(given.begun, ['ceo 1', 'ceo 2']);
  });

  test('goes on at once when an operator says so', async (t) => {
    const given = linesWith(t);
    await denied(given);
    for (const id of ['ceo 1', 'ceo 2']) given.add({ id, from: ceo });
    given.lines.pauses.resumeSenders({ mailbox: 'billing@contoso.example' });
    assert.deepEqual(given.begun, ['ceo 1', 'ceo 2']);
  });

  test('has its probe when the mailbox has room, and the others still wait aside', async (t) => {
    const given = linesWith(t, { routes: [routeWith({ maxConnections: 1 })] });
    await denied(given);
    given.add({ id: 'long' });
    for (const id of ['ceo 1', 'ceo 2']) given.add({ id, from: ceo });
    await given.pass(2 * MINUTE, MINUTE);
    given.add({ id: 'other', from: ceo });
    assert.deepEqual(given.begun, ['long']);
    await given.end();
    assert.deepEqual(given.begun, ['long', 'ceo 1']);
  });
});

suite('a mailbox or a tenant that pauses', () => {
  const routes = [
    routeWith(),
    routeWith({ mailbox: 'support@contoso.example' }),
    routeWith({ mailbox: 'mail@fabrikam.example', tenant: tenantWith({ name: 'fabrikam' }) }),
  ];
  const support = { mailbox: 'support@contoso.example' };
  const stranger = { mailbox: 'mail@fabrikam.example', tenant: 'fabrikam' };

  test('holds back no other mailbox, and one of its messages is tried', async (t) => {
    const { lines, add, end, fail, begun, held, pass } = linesWith(t, { routes });
    add({ id: 'first' });
    await fail('smtp-auth-unsuccessful');
    const next = add({ id: 'next' });
    add({ id: 'last' });
    add({ id: 'support', ...support });
    assert.deepEqual(begun, ['first', 'support']);
    assert.deepEqual(held, ['billing@contoso.example']);
    assert.equal(lines.earliest(next), NOW + MINUTE);
    await end();
    await pass(MINUTE);
    assert.deepEqual(begun.slice(2), ['next']);
    assert.equal(lines.earliest(placeWith()), Number.POSITIVE_INFINITY);
    await end();
    assert.deepEqual(begun.slice(2), ['next', 'last']);
  });

  test('of a tenant holds back all its mailboxes: one message of all of them is tried', async (t) => {
    const { lines, add, end, fail, begun, held, pass } = linesWith(t, { routes });
    add({ id: 'first' });
    add({ id: 'begun before', ...support });
    await fail('entra-client-secret-expired');
    await end();
    for (const fields of [{ id: 'billing' }, { id: 'support', ...support }, { id: 'stranger', ...stranger }])
      add(fields);
    assert.deepEqual(begun.slice(2), ['stranger']);
    assert.deepEqual(held, ['billing@contoso.example support@contoso.example']);
    await end();
    await pass(MINUTE);
    assert.equal(begun.length, 4);
    await fail('entra-client-secret-expired');
    await pass(2 * MINUTE);
    assert.equal(begun.length, 5);
    await end();
    assert.equal(lines.pauses.counts.tenant, 0);
    assert.deepEqual(begun.slice(3).sort(), ['billing', 'support']);
  });

  test('is tried again by another message when the first probe could not be read', async (t) => {
    const { add, end, fail, begun, pass } = linesWith(t, { routes });
    add({ id: 'first' });
    await fail('smtp-auth-unsuccessful');
    add({ id: 'unread' });
    add({ id: 'next' });
    await pass(MINUTE);
    await end(() => ({ usage: null, failure: null }));
    assert.deepEqual(begun, ['first', 'unread']);
    await pass(MINUTE);
    assert.deepEqual(begun, ['first', 'unread', 'next']);
  });
});
