/** Reads `tenants`: each with its app, its cloud, and the mailboxes that submit. */

import { parseAddress } from '../../domain/mailbox.ts';
import type { Route, Tenant } from '../../domain/routing.ts';
import { parseSenderPattern, type SenderPattern } from '../../domain/sender-pattern.ts';
import { clouds, cloudWith, DEFAULT_CLOUD } from '../clouds.ts';
import {
  isMistake,
  readCloud,
  readHost,
  readHttpsOrigin,
  readScope,
  readSubmissionPort,
  readTenantId,
} from '../readers.ts';
import { mebibytes } from '../routing-config.ts';
import { tenantSettings } from '../tenant-settings.ts';
import { upstreamSettings } from '../upstream-settings.ts';
import type { App } from './apps.ts';
import { type Entry, entriesOf, fieldsOf, holdsNothing, itemsOf, reject, textAt } from './entry.ts';
import { checkName, nameAt, type Reading } from './reading.ts';

/** A route, and where in the file it and its patterns stand. */
export interface PlacedRoute {
  readonly route: Route;
  readonly entry: Entry;
  readonly patterns: ReadonlyMap<SenderPattern, Entry>;
}

export interface PlacedTenant {
  readonly tenant: Tenant;
  /** Name of its app, when there is one of that name. */
  readonly app: string | undefined;
  readonly routes: readonly PlacedRoute[];
}

/** All tenants by name; with a mistake reported, one is only good for finding more. */
export function readTenants(
  section: Entry | undefined,
  apps: ReadonlyMap<string, App>,
  reading: Reading,
): ReadonlyMap<string, PlacedTenant> {
  return new Map(entriesOf(section).map((entry) => [entry.key, readTenant(entry, apps, reading)]));
}

function readTenant(entry: Entry, apps: ReadonlyMap<string, App>, reading: Reading): PlacedTenant {
  checkName(entry);
  const fields = fieldsOf(entry, [
    'tenant_id',
    'app',
    'cloud',
    'authority_host',
    'smtp_host',
    'smtp_port',
    'token_scope',
    'mailboxes',
  ]);
  if (!fields.tenant_id) reject(entry, `has no tenant_id. ${tenantSettings.TENANT_ID.meaning}`);
  if (!fields.app) reject(entry, 'has no app; write the name of one that stands in apps.');
  const app = nameAt(fields.app, 'app', [...apps.keys()]);
  const tenant = Object.freeze({
    name: entry.key,
    tenantId: textAt(fields.tenant_id, readTenantId) ?? '',
    clientId: apps.get(app ?? '')?.clientId ?? '',
    ...cloudWith(textAt(fields.cloud, readCloud) ?? clouds[DEFAULT_CLOUD], {
      authorityHost: textAt(fields.authority_host, readHttpsOrigin),
      smtpHost: textAt(fields.smtp_host, readHost),
      smtpPort: textAt(fields.smtp_port, readSubmissionPort),
      scope: textAt(fields.token_scope, readScope),
    }),
  });
  const mailboxes = entriesOf(fields.mailboxes, 'mailboxes, such as "billing@contoso.com: {}", are');
  if (holdsNothing(fields.mailboxes)) {
    reject(fields.mailboxes ?? entry, 'has no mailboxes; write at least one, such as "billing@contoso.com: {}".');
  }
  const routes = mailboxes.map((mailbox) => readMailbox(mailbox, tenant, reading));
  return { tenant, app, routes: routes.filter((route) => route !== undefined) };
}

function readMailbox(entry: Entry, tenant: Tenant, { limits }: Reading): PlacedRoute | undefined {
  const { send_as, max_recipients, max_message_mib } = fieldsOf(entry, [
    'send_as',
    'max_recipients',
    'max_message_mib',
  ]);
  const patterns = new Map<SenderPattern, Entry>();
  for (const item of itemsOf(send_as)) {
    const pattern = textAt(item, parseSenderPattern);
    if (pattern !== undefined) patterns.set(pattern, item);
  }
  const mebibytesAtMost = textAt(max_message_mib, upstreamSettings.MAILBOX_MAX_MESSAGE_MIB.read);
  const mailbox = parseAddress(entry.key);
  if (isMistake(mailbox)) return reject(entry, `${mailbox.mistake}.`);
  const route = Object.freeze({
    mailbox,
    tenant,
    sendAs: Object.freeze([...patterns.keys()]),
    maxRecipients: textAt(max_recipients, upstreamSettings.MAILBOX_MAX_RECIPIENTS.read) ?? limits.maxRecipients,
    maxMessageBytes: mebibytesAtMost === undefined ? limits.maxMessageBytes : mebibytes(mebibytesAtMost),
  });
  return { route, entry, patterns };
}
