/** A relay in this process, on real sockets and on any free port: for settings of which each test has its own. */

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { makeApiKey } from '../../src/commands/key.ts';
import { type RunningRelay, startRelay } from '../../src/compose.ts';
import { readConfig } from '../../src/config/config.ts';
import { recordingEvents } from '../events.ts';
import type { Answer, AnswerBody } from './relay-process.ts';

/** A tenant of the routing file, with one mailbox or more. */
export interface RoutedTenant {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly authorityHost: string;
  readonly smtpHost: string;
  readonly smtpPort: number;
  readonly mailboxes: readonly string[];
}

export class RelayInProcess implements AsyncDisposable {
  readonly #relay: RunningRelay;
  readonly key: string;
  /** Of a client that may send as nobody, has no scope but `read`, and is known by this key alone. */
  readonly readersKey: string;

  private constructor(relay: RunningRelay, key: string, readersKey: string) {
    this.#relay = relay;
    this.key = key;
    this.readersKey = readersKey;
  }

  /** @param settings besides those that lead to the tenants */
  static async start(
    tenants: readonly RoutedTenant[],
    settings: Readonly<Record<string, string>> = {},
    rate = '1000000/h',
  ): Promise<RelayInProcess> {
    const [client, reader] = [makeApiKey(), makeApiKey()];
    const secrets = tenants.map(({ clientSecret }, index) => [`SECRET_${index}`, clientSecret] as const);
    const file = join(mkdtempSync(join(tmpdir(), 'exo-relay-journey-')), 'relay.yaml');
    const routing = {
      apps: named(tenants, ({ clientId }, index) => ({
        client_id: clientId,
        credential: { secret: { env: `SECRET_${index}` } },
      })),
      tenants: named(tenants, (tenant, index) => ({
        tenant_id: tenant.tenantId,
        app: `t${index}`,
        authority_host: tenant.authorityHost,
        smtp_host: tenant.smtpHost,
        smtp_port: tenant.smtpPort,
        mailboxes: Object.fromEntries(tenant.mailboxes.map((mailbox) => [mailbox, {}])),
      })),
      clients: {
        application: { key_sha256: client.sha256, may_send_as: ['*'], rate },
        reader: { key_sha256: reader.sha256, scopes: ['read'] },
      },
    };
    writeFileSync(file, stringify(routing));
    const config = readConfig({ RELAY_CONFIG: file, PORT: '0', ...Object.fromEntries(secrets), ...settings });
    const { events } = recordingEvents();
    return new RelayInProcess(await startRelay(config, { events }), client.key, reader.key);
  }

  get url(): string {
    return this.#relay.url;
  }

  /** POST /send. */
  async send(message: object, headers: Record<string, string> = {}): Promise<Answer> {
    return await this.ask('/send', {
      method: 'POST',
      headers: { authorization: `Bearer ${this.key}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(message),
    });
  }

  /** Any request. */
  async ask(path: string, request: RequestInit = {}): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, request);
    return { status: response.status, headers: response.headers, body: (await response.json()) as AnswerBody };
  }

  /** Stops it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#relay.close();
  }
}

function named<T>(tenants: readonly RoutedTenant[], read: (tenant: RoutedTenant, index: number) => T) {
  return Object.fromEntries(tenants.map((tenant, index) => [`t${index}`, read(tenant, index)]));
}
