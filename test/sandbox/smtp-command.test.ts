import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isEhloDomain, parseCommand, parsePath } from '../../src/sandbox/smtp-command.ts';

describe('SMTP commands', () => {
  it('are a verb in any case and an argument', () => {
    assert.deepEqual(parseCommand('ehlo client.example '), { verb: 'EHLO', argument: 'client.example' });
    assert.deepEqual(parseCommand('DATA'), { verb: 'DATA', argument: '' });
    assert.deepEqual(parseCommand(''), { verb: '', argument: '' });
  });

  it('carry a path with its parameters', () => {
    const path = parsePath('from:<a@b.example> SIZE=1 smtputf8 ENVID=a=b', 'FROM');
    assert.ok(typeof path === 'object');
    assert.equal(path.address, 'a@b.example');
    assert.deepEqual(Object.fromEntries(path.parameters), { SIZE: '1', SMTPUTF8: '', ENVID: 'a=b' });
  });

  it('carry addresses of every kind', () => {
    const addressOf = (text: string) => {
      const path = parsePath(`TO:<${text}>`, 'TO');
      return typeof path === 'object' ? path.address : path;
    };
    assert.equal(addressOf('jörg@bücher.example'), 'jörg@bücher.example');
    assert.equal(addressOf('"a b>c@d"@e.example'), '"a b>c@d"@e.example');
    assert.equal(addressOf('@relay.example:a@b.example'), 'a@b.example');
    for (const wrong of ['', 'a', 'a@', '@b', 'a b@c.example', 'a@b@c.example'])
      assert.equal(addressOf(wrong), 'address');
  });

  it('may name nobody as the sender', () => {
    const path = parsePath('FROM:<>', 'FROM');
    assert.ok(typeof path === 'object');
    assert.equal(path.address, '');
  });

  it('are refused in another form', () => {
    for (const wrong of ['', 'FROM:a@b.example', '<a@b.example>', 'TO:<a@b.example>', 'FROM:<a@b.example']) {
      assert.equal(parsePath(wrong, 'FROM'), 'syntax', wrong);
    }
  });

  it('know a domain and an address literal from other names', () => {
    for (const name of ['localhost', 'client.example', '[127.0.0.1]', '[IPv6:::1]'])
      assert.ok(isEhloDomain(name), name);
    for (const name of ['', 'my_host', 'a b', '-.', '[', 'a..b']) assert.equal(isEhloDomain(name), name === '-.', name);
  });
});
