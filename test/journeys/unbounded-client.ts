/** The settings of a relay process whose client may ask as often as it likes: the promises of the outbox are tried by thousands of requests. */

import { mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { type ApiKey, makeApiKey } from '../../src/commands/key.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';

export interface UnboundedClient {
  readonly apiKey: ApiKey;
  /** With a DATA_DIR of its own, which goes away together with the sandbox. */
  readonly settings: Readonly<Record<string, string>> & { readonly DATA_DIR: string };
}

/** Leads to the first tenant of a sandbox, whose mailbox has no budget that a test could meet. */
export function unboundedClientOf(sandbox: Sandbox, dataFolder?: string): UnboundedClient {
  const apiKey = makeApiKey();
  const folder = mkdtempSync(join(dirname(sandbox.caFile), 'relay-'));
  const file = join(folder, 'relay.yaml');
  const routing = {
    apps: { erp: { client_id: sandbox.clientId, credential: { secret: { env: 'ERP_SECRET' } } } },
    tenants: {
      contoso: {
        tenant_id: sandbox.tenantId,
        app: 'erp',
        authority_host: sandbox.authorityHost,
        smtp_host: sandbox.smtpHost,
        smtp_port: sandbox.smtpPort,
        mailboxes: {
          [sandbox.mailbox]: { send_as: ['*'], messages_per_minute: 1_000_000, recipients_per_day: 100_000_000 },
        },
      },
    },
    clients: {
      application: {
        key_sha256: apiKey.sha256,
        scopes: ['send', 'read', 'operate'],
        may_send_as: ['*'],
        rate: '100000/min',
      },
    },
  };
  writeFileSync(file, stringify(routing));
  return {
    apiKey,
    settings: {
      RELAY_CONFIG: file,
      ERP_SECRET: sandbox.clientSecret,
      EXTRA_CA_FILE: sandbox.caFile,
      DATA_DIR: dataFolder ?? join(folder, 'outbox'),
      LOG_LEVEL: 'info',
    },
  };
}
