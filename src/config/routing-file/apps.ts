/** Reads `apps`: the app registrations, each with its id and what it signs in with. */

import type { Credential } from '../../domain/credential.ts';
import { readGuid } from '../readers.ts';
import { tenantSettings } from '../tenant-settings.ts';
import { readCredential } from './credentials.ts';
import { type Entry, entriesOf, fieldsOf, holdsNothing, itemsOf, oneOf, reject, textAt } from './entry.ts';
import { checkName, type Reading } from './reading.ts';

export interface App {
  readonly clientId: string;
  /** In the order in which they are tried. */
  readonly credentials: readonly Credential[];
}

/** All apps by name; with a mistake reported, one is only good for finding more. */
export function readApps(section: Entry | undefined, reading: Reading): ReadonlyMap<string, App> {
  return new Map(entriesOf(section).map((entry) => [entry.key, readApp(entry, reading)]));
}

function readApp(entry: Entry, reading: Reading): App {
  checkName(entry);
  const { client_id, ...credentials } = fieldsOf(entry, ['client_id', 'credential', 'credentials']);
  if (!client_id) reject(entry, `has no client_id. ${tenantSettings.CLIENT_ID.meaning}`);
  return {
    clientId: textAt(client_id, readGuid) ?? '',
    credentials: Object.freeze(readCredentials(entry, credentials, reading)),
  };
}

function readCredentials(
  app: Entry,
  { credential, credentials }: { readonly credential?: Entry; readonly credentials?: Entry },
  reading: Reading,
): Credential[] {
  const given = oneOf(app, { credential, credentials });
  if (given === undefined) return [];
  const entries = given === credentials ? itemsOf(given) : [given];
  if (holdsNothing(given) && given === credentials) reject(given, 'holds no credential; at least one is needed.');
  return entries.map((entry) => readCredential(entry, reading)).filter((read) => read !== undefined);
}
