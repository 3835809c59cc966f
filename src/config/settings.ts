/** All settings in their groups; reading, documentation and help follow these tables. The only file that touches `process.env`. */

import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { outboxSettings } from './outbox-settings.ts';
import { redisSettings } from './redis-settings.ts';
import { serverSettings } from './server-settings.ts';
import type { Environment, SettingRow, SettingTable } from './setting.ts';
import { tenantSettings } from './tenant-settings.ts';
import { upstreamSettings } from './upstream-settings.ts';

/** The environment of this process. */
export function environment(): Environment {
  return process.env;
}

/** The environment of this process, and beneath it what a file of `NAME=value` lines says, when there is one. */
export function environmentWithFile(path: string): Environment {
  return existsSync(path)
    ? { ...parseEnv(readFileSync(path, 'utf8').replace(/^\uFEFF/, '')), ...process.env }
    : process.env;
}

/** The tables, each with what its settings have in common. */
export const settingGroups: readonly { readonly title: string; readonly table: SettingTable }[] = [
  { title: 'One tenant, one client', table: tenantSettings },
  { title: 'The relay itself', table: serverSettings },
  { title: 'The outbox', table: outboxSettings },
  { title: 'Towards Microsoft 365', table: upstreamSettings },
  { title: 'Several replicas', table: redisSettings },
];

/** The rows of all tables in order. */
export const settingRows: readonly SettingRow[] = settingGroups.flatMap(({ table }) => Object.entries(table));
