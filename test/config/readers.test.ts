import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  isMistake,
  readEhloName,
  readHost,
  readHttpsOrigin,
  readListeningPort,
  readPort,
} from '../../src/config/readers.ts';

describe('readers of settings', () => {
  test('take a host name or an IP address as a host', () => {
    for (const host of ['localhost', 'smtp.office365.com', '192.0.2.1', '::1', 'xn--mnchen-3ya.example']) {
      assert.equal(readHost(host), host);
    }
    for (const text of [
      'a b',
      '-a.example',
      'a..b',
      'a.example.',
      '[::1]',
      '192.0.2',
      'münchen.example',
      `${'a'.repeat(64)}.example`,
    ]) {
      assert.ok(isMistake(readHost(text)), text);
    }
  });

  test('take a host name or an address literal as the name for EHLO', () => {
    for (const name of ['relay', 'relay.contoso.com', '[192.0.2.1]', '[IPv6:2001:db8::1]'])
      assert.equal(readEhloName(name), name);
    for (const text of ['[]', '[relay]', '[2001:db8::1]', '[IPv6:192.0.2.1]', '192.0.2.1'])
      assert.ok(isMistake(readEhloName(text)), text);
  });

  test('make a bare IPv6 address for EHLO into the literal to be written', () => {
    assert.deepEqual(readEhloName('2001:db8::1'), {
      mistake: '"2001:db8::1" is a bare IP address; "[IPv6:2001:db8::1]" is expected',
    });
  });

  test('take an https origin in any case, with its port unless that is 443', () => {
    assert.equal(readHttpsOrigin('HTTPS://Login.MicrosoftOnline.us/'), 'https://login.microsoftonline.us');
    assert.equal(readHttpsOrigin('https://127.0.0.1:8443'), 'https://127.0.0.1:8443');
    assert.equal(readHttpsOrigin('https://login.microsoftonline.us:443'), 'https://login.microsoftonline.us');
    for (const text of ['https://', 'https://a.example/?', 'https://a.example/#', 'https://a b'])
      assert.ok(isMistake(readHttpsOrigin(text)), text);
  });

  test('take port 0 for listening only', () => {
    assert.equal(readListeningPort('0'), 0);
    assert.ok(isMistake(readPort('0')));
    for (const port of ['1', '65535']) assert.equal(readPort(port), Number(port));
    for (const text of ['', '1.5', '1e3', '0x10', '+1', '-0', '65536']) assert.ok(isMistake(readPort(text)), text);
  });
});
