import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { sendInvoice } from './invoice-mailer.js';
import { startPractice } from './practice.js';

describe('The invoice mailer', () => {
  let practice;
  before(async () => {
    practice = await startPractice();
  });
  beforeEach(() => practice.control('POST', 'reset', {}));
  after(() => practice?.stop());

  const to = 'jane@fabrikam.example';
  let number = 4710;
  /** A new invoice. */
  const send = () => {
    number += 1;
    return sendInvoice(practice.relay, { number, to });
  };

  it('sends an invoice', async () => {
    assert.equal(await send(), 'submitted');
    const { data } = await practice.control('GET', `messages?to=${to}&wait=5`);
    assert.deepEqual(
      data.map(({ subject }) => subject),
      [`Invoice ${number}`],
    );
  });

  it('sends no invoice twice', async () => {
    assert.equal(await send(), 'submitted');
    assert.equal(await sendInvoice(practice.relay, { number, to }), 'submitted');
    assert.equal((await practice.control('GET', `messages?to=${to}`)).data.length, 1);
  });

  it('asks for another address when Exchange does not know it', async () => {
    const reply = '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup';
    await practice.control('POST', 'replies', { at: 'rcpt', recipient: to, reply });
    assert.equal(await send(), 'ask-for-address');
    assert.equal(await send(), 'submitted');
  });

  it('leaves an invoice to the relay when Exchange is busy', async () => {
    const reply = '451 4.7.500 Server busy. Please try again later from [192.0.2.2]. (AS761) {session}';
    await practice.control('POST', 'replies', { at: 'final-dot', reply });
    assert.equal(await send(), 'on-its-way');
    await practice.carryOn();
    const { data } = await practice.control('GET', `messages?to=${to}&wait=5`);
    assert.deepEqual(
      data.map(({ subject }) => subject),
      [`Invoice ${number}`],
    );
  });

  it('does not send again what may have arrived', async () => {
    await practice.control('POST', 'replies', { at: 'final-dot', reply: null, takes: true });
    assert.equal(await send(), 'ask-a-person');
    assert.equal((await practice.control('GET', `messages?to=${to}`)).data.length, 1);
  });
});
