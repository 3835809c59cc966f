/** Reads the routing file: apps, tenants and clients. All of its mistakes are found in one go, and nothing in it is passed over. */

import { dirname, resolve } from 'node:path';
import type { Credential } from '../../domain/credential.ts';
import { type Route, Routing } from '../../domain/routing.ts';
import type { Report } from '../configuration-error.ts';
import { textOf } from '../read-settings.ts';
import { isMistake } from '../readers.ts';
import type { Limits, RoutingConfig } from '../routing-config.ts';
import { type Environment, variablesOf } from '../setting.ts';
import { tenantSettings } from '../tenant-settings.ts';
import { readWholeTextFile } from '../text-file.ts';
import { type App, readApps } from './apps.ts';
import { readClients } from './clients.ts';
import { type Entry, fieldsOf, holdsNothing, placeOf, reject } from './entry.ts';
import type { Reading } from './reading.ts';
import { type PlacedRoute, type PlacedTenant, readTenants } from './tenants.ts';
import { parseRoutingText } from './yaml-text.ts';

export interface RoutingFileOptions {
  /** For secrets, and for settings that have no place beside a routing file. */
  readonly env: Environment;
  /** For mailboxes and tenants of which the file says nothing else. */
  readonly limits: Limits;
  /** For the dates of certificates. */
  readonly now: Date;
  readonly report: Report;
}

const nothing: RoutingConfig = { routes: [], credentials: new Map(), clients: [] };

/**
 * Reads the file; with a mistake reported, the result is only good for finding more.
 *
 * @param path absolute, or relative to the working directory
 */
export function readRoutingFile(path: string, { env, limits, now, report }: RoutingFileOptions): RoutingConfig {
  const reading: Reading = { env, limits, now, folder: dirname(resolve(path)), referredTo: new Set() };
  const text = readWholeTextFile(path);
  if (isMistake(text)) {
    report(`RELAY_CONFIG (${path})`, `${text.mistake}.`);
    return nothing;
  }
  const root = parseRoutingText(path, text, report);
  if (root === undefined) return nothing;
  const routing = readRoot(root, reading);
  refuseSingleTenant(reading, report);
  return routing;
}

function readRoot(root: Entry, reading: Reading): RoutingConfig {
  const sections = fieldsOf(root, ['apps', 'tenants', 'clients']);
  const apps = readApps(sections.apps, reading);
  const tenants = readTenants(sections.tenants, apps, reading);
  const clients = readClients(sections.clients, [...tenants.keys()]);
  const placed = [...tenants.values()].flatMap(({ routes }) => routes);
  if (holdsNothing(sections.tenants)) reject(sections.tenants ?? root, 'has no tenants; at least one is needed.');
  if (holdsNothing(sections.clients)) reject(sections.clients ?? root, 'has no clients; at least one is needed.');
  refuseEqualClaims(oncePerMailbox(placed));
  return {
    routes: Object.freeze(placed.map(({ route }) => route)),
    credentials: credentialsOf(tenants, apps),
    clients,
  };
}

function credentialsOf(
  tenants: ReadonlyMap<string, PlacedTenant>,
  apps: ReadonlyMap<string, App>,
): ReadonlyMap<string, readonly Credential[]> {
  return new Map([...tenants].map(([name, { app }]) => [name, apps.get(app ?? '')?.credentials ?? []]));
}

/** Reports mailboxes that stand in the file more than once. */
function oncePerMailbox(placed: readonly PlacedRoute[]): PlacedRoute[] {
  const first = new Map<string, PlacedRoute>();
  for (const each of placed) {
    const address = each.route.mailbox.toLowerCase();
    const other = first.get(address);
    if (other)
      reject(
        each.entry,
        `is the mailbox at ${placeOf(other.entry)}; a mailbox belongs to one tenant, and stands there once.`,
      );
    else first.set(address, each);
  }
  return [...first.values()];
}

/** Reports senders for which two mailboxes have the same claim. */
function refuseEqualClaims(placed: readonly PlacedRoute[]): void {
  const byRoute = new Map<Route, PlacedRoute>(placed.map((each) => [each.route, each]));
  for (const { sender, routes } of new Routing([...byRoute.keys()]).equalClaims) {
    const claims = routes.map((route) => byRoute.get(route)).filter((each) => each !== undefined);
    const places = claims.map(({ entry, patterns }) => patterns.get(sender) ?? entry);
    const [first, ...others] = places;
    if (first === undefined) continue;
    for (const other of others) {
      reject(
        other,
        `claims ${sender}, and so does ${placeOf(first)}; it must be clear which mailbox submits, so take it from one of the two.`,
      );
    }
  }
}

/** Reports settings of a single tenant that are set, too, and that nothing in the file refers to. */
function refuseSingleTenant({ env, referredTo }: Reading, report: Report): void {
  for (const [name, row] of Object.entries(tenantSettings)) {
    for (const variable of variablesOf(name, row)) {
      if (textOf(variable, env) === '' || referredTo.has(variable)) continue;
      report(
        variable,
        `is set, and so is RELAY_CONFIG. With a routing file this stands there, as ${row.inRoutingFile}; take the variable away.`,
      );
    }
  }
}
