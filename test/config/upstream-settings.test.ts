import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { clouds } from '../../src/config/clouds.ts';
import { readConfig } from '../../src/config/config.ts';

const required = {
  TENANT_ID: 'contoso.onmicrosoft.com',
  CLIENT_ID: randomUUID(),
  MAILBOX: 'billing@contoso.com',
  CLIENT_SECRET: randomBytes(30).toString('base64url'),
  API_KEY: randomBytes(32).toString('base64url'),
};
const configOf = (settings: Record<string, string>) => readConfig({ ...required, ...settings }, 'erp');

describe('deadlines and limits', () => {
  test('have the defaults of RFC 5321 and of Exchange Online', () => {
    const { smtp, entra, routes } = configOf({});
    assert.equal(smtp.maxConnections, 100);
    assert.deepEqual(smtp.deadlines, {
      connect: 10_000,
      greeting: 30_000,
      command: 60_000,
      data: 120_000,
      finalDot: 600_000,
      idle: 240_000,
    });
    assert.deepEqual(entra, { requestDeadline: 30_000, httpsProxy: null, noProxy: null });
    assert.equal(routes[0]?.maxRecipients, 500);
    assert.equal(routes[0]?.maxMessageBytes, 35 * 1024 * 1024);
    assert.equal(routes[0]?.maxConnections, 3);
    assert.equal(routes[0]?.messagesPerMinute, 30);
    assert.equal(routes[0]?.recipientsPerDay, 10_000);
    assert.equal(routes[0]?.tenant.externalRecipientsPerDay, null);
  });

  test('are each replaced by a setting of its own', () => {
    const { smtp, entra, routes } = configOf({
      SMTP_CONNECT_TIMEOUT: '1',
      SMTP_GREETING_TIMEOUT: '2',
      SMTP_COMMAND_TIMEOUT: '3',
      SMTP_DATA_TIMEOUT: '4',
      SMTP_FINAL_REPLY_TIMEOUT: '5',
      SMTP_IDLE_TIMEOUT: '6.5',
      TOKEN_REQUEST_TIMEOUT: '7',
      SMTP_CONNECTIONS: '8',
      MAILBOX_MAX_RECIPIENTS: '9',
      MAILBOX_MAX_MESSAGE_MIB: '10',
      MAILBOX_CONNECTIONS: '11',
      MAILBOX_MESSAGES_PER_MINUTE: '12',
      MAILBOX_RECIPIENTS_PER_DAY: '13',
      TENANT_EXTERNAL_RECIPIENTS_PER_DAY: '14',
    });
    assert.deepEqual(smtp.deadlines, {
      connect: 1_000,
      greeting: 2_000,
      command: 3_000,
      data: 4_000,
      finalDot: 5_000,
      idle: 6_500,
    });
    assert.equal(entra.requestDeadline, 7_000);
    assert.equal(smtp.maxConnections, 8);
    assert.equal(routes[0]?.maxRecipients, 9);
    assert.equal(routes[0]?.maxMessageBytes, 10 * 1024 * 1024);
    assert.equal(routes[0]?.maxConnections, 11);
    assert.equal(routes[0]?.messagesPerMinute, 12);
    assert.equal(routes[0]?.recipientsPerDay, 13);
    assert.equal(routes[0]?.tenant.externalRecipientsPerDay, 14);
  });
});

describe('the proxy for token requests', () => {
  const password = randomBytes(12).toString('base64url');

  test('is taken with its password, and never printed', () => {
    const config = configOf({
      HTTPS_PROXY: `HTTP://relay:${password}@Proxy.contoso.com:3128`,
      NO_PROXY: '.contoso.com',
    });
    assert.equal(config.entra.httpsProxy?.reveal(), `http://relay:${password}@proxy.contoso.com:3128/`);
    assert.equal(config.entra.noProxy, '.contoso.com');
    assert.doesNotMatch(inspect(config, { depth: 9, showHidden: true }) + JSON.stringify(config), new RegExp(password));
  });

  test('may stand in a variable in lower case, which wins as it does with Node.js', () => {
    const { entra } = configOf({
      HTTPS_PROXY: 'http://one.contoso.com',
      https_proxy: 'http://other.contoso.com:8080',
      NO_PROXY: 'one',
      no_proxy: 'other',
    });
    assert.equal(entra.httpsProxy?.reveal(), 'http://other.contoso.com:8080/');
    assert.equal(entra.noProxy, 'other');
  });
});

describe('CLOUD', () => {
  for (const [name, cloud] of Object.entries(clouds)) {
    test(`${name} sets where tokens are issued and messages are taken`, () => {
      const tenant = configOf({ CLOUD: name }).routes[0]?.tenant;
      assert.deepEqual(tenant, {
        ...cloud,
        name: 'default',
        tenantId: required.TENANT_ID,
        clientId: required.CLIENT_ID,
        externalRecipientsPerDay: null,
        domains: ['contoso.com'],
      });
    });
  }

  test('is overridden value by value', () => {
    const tenant = configOf({ CLOUD: 'GCC-High', SMTP_HOST: 'localhost' }).routes[0]?.tenant;
    assert.equal(tenant?.smtpHost, 'localhost');
    assert.equal(tenant?.authorityHost, clouds['gcc-high'].authorityHost);
  });
});
