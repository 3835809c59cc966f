/** Reads `clients`: the callers of the relay, each with its keys and with what it may do. */

import { type Client, type Rate, scopes } from '../../domain/client.ts';
import { parseSenderPattern } from '../../domain/sender-pattern.ts';
import { type Mistake, quote, readSha256 } from '../readers.ts';
import { defaultRate } from '../routing-config.ts';
import { type Entry, entriesOf, fieldsOf, holdsNothing, itemsOf, oneOf, placeOf, reject, textAt } from './entry.ts';
import { readInstant } from './instant.ts';
import { checkName, nameAt, wordOf } from './reading.ts';

const secondsOf: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3_600 };

/** All clients; with a mistake reported, one is only good for finding more. */
export function readClients(section: Entry | undefined, tenants: readonly string[]): readonly Client[] {
  /** Where each hash stands, since a key has to say whose it is. */
  const owners = new Map<string, Entry>();
  return Object.freeze(entriesOf(section).map((entry) => readClient(entry, tenants, owners)));
}

function readClient(entry: Entry, tenantNames: readonly string[], owners: Map<string, Entry>): Client {
  checkName(entry);
  const { key_sha256, keys_sha256, ...fields } = fieldsOf(entry, [
    'key_sha256',
    'keys_sha256',
    'scopes',
    'may_send_as',
    'rate',
    'tenants',
    'expires',
  ]);
  const keys = oneOf(entry, { key_sha256, keys_sha256 });
  return Object.freeze({
    name: entry.key,
    keySha256: Object.freeze(keys ? readKeys(keys, keys === keys_sha256, owners) : []),
    scopes: Object.freeze(
      fields.scopes
        ? listAt(fields.scopes, (item) => textAt(item, wordOf(scopes, 'scope')))
        : (['send', 'read'] as const),
    ),
    tenants: fields.tenants
      ? Object.freeze(listAt(fields.tenants, (item) => nameAt(item, 'tenant', tenantNames)))
      : null,
    maySendAs: Object.freeze(
      itemsOf(fields.may_send_as)
        .map((item) => textAt(item, parseSenderPattern))
        .filter((pattern) => pattern !== undefined),
    ),
    expires: textAt(fields.expires, readInstant) ?? null,
    rate: textAt(fields.rate, readRate) ?? defaultRate,
  });
}

function readKeys(entry: Entry, several: boolean, owners: Map<string, Entry>): string[] {
  const hashes: string[] = [];
  const items = several ? itemsOf(entry) : [entry];
  if (several && holdsNothing(entry)) reject(entry, 'holds no key; at least one is needed.');
  for (const item of items) {
    const hash = textAt(item, readSha256);
    if (hash === undefined) continue;
    const owner = owners.get(hash);
    if (owner)
      reject(item, `is the key at ${placeOf(owner)}, too; each key belongs to one client, and stands there once.`);
    owners.set(hash, item);
    hashes.push(hash);
  }
  return hashes;
}

/** A list that says something: without it there is a default, so that an empty one must be a mistake. */
function listAt<Value>(entry: Entry, read: (item: Entry) => Value | undefined): Value[] {
  if (holdsNothing(entry)) reject(entry, 'names nothing; leave it out for the default, or name at least one.');
  return itemsOf(entry)
    .map(read)
    .filter((value) => value !== undefined);
}

/** `100/min` */
function readRate(text: string): Rate | Mistake {
  const [, count = '', unit = ''] = /^(\d{1,7})\s*\/\s*(s|min|h)$/.exec(text) ?? [];
  const seconds = secondsOf[unit];
  if (seconds !== undefined && Number(count) > 0) return Object.freeze({ requests: Number(count), seconds });
  return {
    mistake: `${quote(text)} is not a rate; a number from 1 on, "/" and one of s, min, h is expected, such as "100/min"`,
  };
}
