/** What docs/routing.md shows is what the relay reads and says. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type Config, readConfig } from '../../../src/config/config.ts';
import { ConfigurationError } from '../../../src/config/configuration-error.ts';
import { type Route, Routing } from '../../../src/domain/routing.ts';
import { makeKeyFiles, NOW } from '../key-files.ts';

const page = readFileSync(new URL('../../../docs/routing.md', import.meta.url), 'utf8');
const example = /```yaml\n(# relay\.yaml.*?)```/s.exec(page)?.[1] ?? '';

const dir = mkdtempSync(join(tmpdir(), 'exo-relay-routing-page-'));
after(() => rmSync(dir, { recursive: true }));
mkdirSync(join(dir, 'secrets'));
const files = await makeKeyFiles();
writeFileSync(join(dir, 'secrets/erp-certificate.pem'), files['client.pem']);
writeFileSync(join(dir, 'secrets/erp-certificate.key'), files['client.key']);

function load(yaml: string): Config {
  const path = join(dir, 'relay.yaml');
  writeFileSync(path, yaml);
  return readConfig({ RELAY_CONFIG: path, ERP_CLIENT_SECRET: randomBytes(30).toString('base64url') }, 'erp', NOW);
}

describe('the example on the page', () => {
  const config = load(example);
  const routing = new Routing(config.routes);

  function mailboxFor(client: string, from: string): string {
    const found = config.clients.find(({ name }) => name === client);
    assert.ok(found);
    const route = routing.routeFor({ client: found, from, mailbox: null });
    return isRoute(route) ? route.mailbox : route.code;
  }

  test('has two tenants with one app, a certificate before a secret, and two clients', () => {
    assert.deepEqual([...config.credentials.keys()], ['contoso', 'fabrikam']);
    for (const credentials of config.credentials.values())
      assert.deepEqual(
        credentials.map(({ kind }) => kind),
        ['certificate', 'client-secret'],
      );
    assert.deepEqual(
      config.clients.map(({ name, keySha256 }) => [name, keySha256.length]),
      [
        ['business-central', 1],
        ['web-shop', 2],
      ],
    );
  });

  test('routes as the page says', () => {
    const said = [
      ['business-central', 'orders@contoso.com', 'orders@contoso.com'],
      ['business-central', 'Shop@contoso.com', 'orders@contoso.com'],
      ['business-central', 'anybody@contoso.com', 'billing@contoso.com'],
      ['business-central', 'info@fabrikam.com', 'info@fabrikam.com'],
      ['business-central', 'anybody@sub.contoso.com', 'sender-not-allowed'],
      ['web-shop', 'shop@contoso.com', 'orders@contoso.com'],
      ['web-shop', 'orders@contoso.com', 'sender-not-allowed'],
    ] as const;
    for (const [client, from, expected] of said) assert.equal(mailboxFor(client, from), expected, `${client} ${from}`);
  });

  test('with two names misspelt is refused as the page shows', () => {
    const misspelt = example.replace('app: erp', 'app: epr').replace('[contoso]', '[contosso]');
    const shown = /```text\n(.*?)\n```/s.exec(page)?.[1];
    const refused = (error: unknown) => {
      assert.ok(error instanceof ConfigurationError);
      assert.equal(error.message.replaceAll(`${dir}/`, ''), shown);
      return true;
    };
    assert.throws(() => load(misspelt), refused);
  });
});

test('the page names every field there is', () => {
  const known = [
    ...['client_id', 'credential', 'credentials', 'secret', 'certificate', 'env', 'file', 'cert', 'key'],
    ...['tenant_id', 'app', 'cloud', 'authority_host', 'smtp_host', 'smtp_port', 'token_scope', 'mailboxes'],
    ...['send_as', 'max_recipients', 'max_message_mib'],
    ...['key_sha256', 'keys_sha256', 'scopes', 'may_send_as', 'rate', 'tenants', 'expires'],
  ];
  for (const field of known) assert.match(page, new RegExp(`[\`{ ]${field}[\`:]`), field);
});

function isRoute(found: object): found is Route {
  return 'mailbox' in found && 'tenant' in found;
}
