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
  readMailDomain,
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
    'external_recipients_per_day',
    'domains',
  ]);
  if (!fields.tenant_id) reject(entry, `has no tenant_id. ${tenantSettings.TENANT_ID.meaning}`);
  if (!fields.app) reject(entry, 'has no app; write the name of one that stands in apps.');
  const app = nameAt(fields.app, 'app', [...apps.keys()]);
  const mailboxes = entriesOf(fields.mailboxes, 'mailboxes, such as "billing@contoso.com: {}", are');
  if (holdsNothing(fields.mailboxes)) {
    reject(fields.mailboxes ?? entry, 'has no mailboxes; write at least one, such as "billing@contoso.com: {}".');
  }
  const placed = mailboxes.map((mailbox) => readMailbox(mailbox, reading)).filter((mailbox) => mailbox !== undefined);
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
    externalRecipientsPerDay:
      textAt(fields.external_recipients_per_day, upstreamSettings.TENANT_EXTERNAL_RECIPIENTS_PER_DAY.read) ??
      reading.limits.tenant.externalRecipientsPerDay,
    domains: Object.freeze(fields.domains ? domainsAt(fields.domains) : domainsOf(placed)),
  });
  const routes = placed.map(({ entry, patterns, mailbox }) => ({
    route: Object.freeze({ ...mailbox, tenant }),
    entry,
    patterns,
  }));
  return { tenant, app, routes };
}

function domainsAt(entry: Entry): string[] {
  if (holdsNothing(entry)) reject(entry, 'has no domains; write at least one, or leave it out.');
  const domains = itemsOf(entry).map((item) => textAt(item, readMailDomain));
  return [...new Set(domains.filter((domain) => domain !== undefined))];
}

/** The domains of the mailboxes and of what they submit as; "*" tells of none. */
function domainsOf(placed: readonly PlacedMailbox[]): string[] {
  const senders = placed.flatMap(({ mailbox, patterns }) => [mailbox.mailbox, ...patterns.keys()]);
  return [...new Set(senders.filter((sender) => sender.includes('@')).map(domainOf))];
}

function domainOf(sender: string): string {
  return sender.slice(sender.lastIndexOf('@') + 1);
}

/** A mailbox as it stands in the file, before its tenant is known. */
interface PlacedMailbox extends Omit<PlacedRoute, 'route'> {
  readonly mailbox: Omit<Route, 'tenant'>;
}

function readMailbox(entry: Entry, { limits: { mailbox: limits } }: Reading): PlacedMailbox | undefined {
  const fields = fieldsOf(entry, [
    'send_as',
    'max_recipients',
    'max_message_mib',
    'max_connections',
    'messages_per_minute',
    'recipients_per_day',
  ]);
  const patterns = new Map<SenderPattern, Entry>();
  for (const item of itemsOf(fields.send_as)) {
    const pattern = textAt(item, parseSenderPattern);
    if (pattern !== undefined) patterns.set(pattern, item);
  }
  const {
    MAILBOX_MAX_RECIPIENTS: recipients,
    MAILBOX_MAX_MESSAGE_MIB: size,
    MAILBOX_CONNECTIONS: connections,
    MAILBOX_MESSAGES_PER_MINUTE: perMinute,
    MAILBOX_RECIPIENTS_PER_DAY: perDay,
  } = upstreamSettings;
  const mebibytesAtMost = textAt(fields.max_message_mib, size.read);
  const address = parseAddress(entry.key);
  if (isMistake(address)) return reject(entry, `${address.mistake}.`);
  const mailbox = {
    mailbox: address,
    sendAs: Object.freeze([...patterns.keys()]),
    maxRecipients: textAt(fields.max_recipients, recipients.read) ?? limits.maxRecipients,
    maxMessageBytes: mebibytesAtMost === undefined ? limits.maxMessageBytes : mebibytes(mebibytesAtMost),
    maxConnections: textAt(fields.max_connections, connections.read) ?? limits.maxConnections,
    messagesPerMinute: textAt(fields.messages_per_minute, perMinute.read) ?? limits.messagesPerMinute,
    recipientsPerDay: textAt(fields.recipients_per_day, perDay.read) ?? limits.recipientsPerDay,
  };
  return { mailbox, entry, patterns };
}
