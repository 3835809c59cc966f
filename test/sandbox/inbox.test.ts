import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CaughtMessage, Inbox, MAX_MESSAGES, MAX_OCTETS } from '../../src/sandbox/inbox.ts';

function message(raw: Buffer): Omit<CaughtMessage, 'id' | 'receivedAt'> {
  return {
    envelope: { mailFrom: 'a@contoso.example', rcptTo: ['b@fabrikam.example'], parameters: new Map() },
    raw,
    session: {
      id: '1',
      remoteAddress: '',
      ehlo: '',
      tlsProtocol: '',
      authenticatedAs: '',
      tenantId: '',
      clientId: '',
      command: 'DATA',
    },
  };
}

describe('The inbox', () => {
  it('keeps the newest messages, the newest last', () => {
    const inbox = new Inbox();
    for (let number = 0; number < MAX_MESSAGES + 2; number += 1) inbox.add(message(Buffer.from(String(number))));
    assert.equal(inbox.messages.length, MAX_MESSAGES);
    assert.equal(inbox.messages[0]?.raw.toString(), '2');
    assert.equal(inbox.messages.at(-1)?.raw.toString(), String(MAX_MESSAGES + 1));
  });

  it('keeps no more octets than it may, but always the newest message', () => {
    const inbox = new Inbox();
    const half = Buffer.alloc(MAX_OCTETS / 2);
    inbox.add(message(half));
    inbox.add(message(half));
    assert.equal(inbox.messages.length, 2);
    const newest = inbox.add(message(Buffer.alloc(1)));
    assert.equal(inbox.messages.length, 2);
    assert.equal(inbox.get(newest.id), newest);
    inbox.clear();
    inbox.add(message(half));
    inbox.add(message(half));
    assert.equal(inbox.messages.length, 2);
  });

  it('waits for the next message, not for one that is there', async () => {
    const inbox = new Inbox();
    inbox.add(message(Buffer.from('first')));
    const next = inbox.next();
    const second = inbox.add(message(Buffer.from('second')));
    assert.equal(await next, second);
  });

  it('stops waiting when told so', async () => {
    await assert.rejects(new Inbox().next(AbortSignal.timeout(5)), { name: 'AbortError' });
  });
});
