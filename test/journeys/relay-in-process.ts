/** A relay in this process, on real sockets and on any free port: for settings of which each test has its own. */

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { makeApiKey } from '../../src/commands/key.ts';
import { type RunningRelay, startRelay } from '../../src/compose.ts';
import { readConfig } from '../../src/config/config.ts';
import type { Clock } from '../../src/ports.ts';
import type { Windows } from '../../src/relay/mailbox-line.ts';
import { type RecordingEvents, recordingEvents } from '../events.ts';
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
  /** Patterns of other senders that its mailboxes submit for. */
  readonly sendAs?: readonly string[];
}

export class RelayInProcess implements AsyncDisposable {
  readonly #relay: RunningRelay;
  readonly key: string;
  /** Of a client that may send as nobody, has no scope but `read`, and is known by this key alone. */
  readonly readersKey: string;

  /** Where its outbox is. */
  readonly folder: string;
  /** What it told under one name. */
  readonly told: RecordingEvents['told'];

  private constructor(
    relay: RunningRelay,
    key: string,
    readersKey: string,
    folder: string,
    told: RecordingEvents['told'],
  ) {
    this.#relay = relay;
    this.told = told;
    this.key = key;
    this.readersKey = readersKey;
    this.folder = folder;
  }

  /**
   * @param settings besides those that lead to the tenants; with a DATA_DIR it goes on with what is there
   * @param rate of its client
   * @param clock the machine's unless told
   * @param windows those of Exchange Online unless told
   */
  static async start(
    tenants: readonly RoutedTenant[],
    settings: Readonly<Record<string, string>> = {},
    {
      rate = '1000000/h',
      clock,
      windows,
    }: { readonly rate?: string | undefined; readonly clock?: Clock; readonly windows?: Windows } = {},
  ): Promise<RelayInProcess> {
    const [client, reader] = [makeApiKey(), makeApiKey()];
    const secrets = tenants.map(({ clientSecret }, index) => [`SECRET_${index}`, clientSecret] as const);
    const folder = mkdtempSync(join(tmpdir(), 'exo-relay-journey-'));
    const file = join(folder, 'relay.yaml');
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
        mailboxes: Object.fromEntries(
          tenant.mailboxes.map((mailbox) => [mailbox, tenant.sendAs ? { send_as: tenant.sendAs } : {}]),
        ),
      })),
      clients: {
        application: { key_sha256: client.sha256, may_send_as: ['*'], rate, scopes: ['send', 'read', 'operate'] },
        reader: { key_sha256: reader.sha256, scopes: ['read'] },
      },
    };
    writeFileSync(file, stringify(routing));
    const config = readConfig({
      RELAY_CONFIG: file,
      DATA_DIR: join(folder, 'data'),
      PORT: '0',
      // More than any test sends: no server here has the limits of Exchange Online.
      MAILBOX_MESSAGES_PER_MINUTE: '1000000',
      ...Object.fromEntries(secrets),
      ...settings,
    });
    const { events, told } = recordingEvents();
    const relay = await startRelay(config, { events, ...(clock && { clock }), ...(windows && { windows }) });
    return new RelayInProcess(relay, client.key, reader.key, config.outbox.folder, told);
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

  /** An operator says that what held a mailbox, its senders or its tenant back is cured. */
  async resume(mailbox: string): Promise<void> {
    const { status, body } = await this.operate('POST', `/mailboxes/${mailbox}/resume`);
    if (status !== 200) throw new Error(`${mailbox} cannot be resumed: ${JSON.stringify(body)}`);
    await this.operate('POST', `/tenants/${Reflect.get(body, 'tenant')}/resume`);
  }

  /** Any request with the key of the application, which may operate too. */
  operate(method: string, path: string): Promise<Answer> {
    return this.ask(path, { method, headers: { authorization: `Bearer ${this.key}` } });
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
