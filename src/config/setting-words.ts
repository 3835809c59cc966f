/** What the documentation says of one setting in a word or two, and which settings it calls required. */

import type { Setting, SettingRow, SettingTable } from './setting.ts';
import { settingGroups, settingRows } from './settings.ts';

/** Rows that must be set where there is no routing file, and those that may be set instead of one of them. */
export function requiredRows(): readonly SettingRow[] {
  return settingRows.filter(([name, row]) => row.required !== false || isAlternative(name, row));
}

/** All other rows, in their groups. */
export function optionalGroups(): readonly { readonly title: string; readonly rows: readonly SettingRow[] }[] {
  const required = new Set(requiredRows().map(([name]) => name));
  const optional = (table: SettingTable) => Object.entries(table).filter(([name]) => !required.has(name));
  return settingGroups.map(({ title, table }) => ({ title, rows: optional(table) }));
}

/** Whether this one is set instead of one that is required, alone or together with another. */
export function isAlternative(name: string, row: Setting): boolean {
  return [name, row.together ?? name].some((each) => replacedBy(each) !== undefined);
}

/** The setting that this one may be set instead of; undefined for most. */
function replacedBy(name: string): string | undefined {
  return settingRows.find(([, { required }]) => typeof required === 'object' && required.or === name)?.[0];
}

/** Whether a setting must be set, or else its default. */
export function needOf(name: string, row: Setting): string {
  if (row.required === true) return 'required';
  if (row.required !== false) return `required, or ${row.required.or}`;
  const replaced = replacedBy(name);
  if (replaced !== undefined) return `instead of ${replaced}${together(row)}`;
  return isAlternative(name, row) ? `with ${row.together}` : `default: ${defaultOf(row)}${together(row)}`;
}

export function defaultOf(row: Setting): string {
  return row.default ?? row.defaultInWords ?? 'none';
}

function together(row: Setting): string {
  return row.together === undefined ? '' : `; set together with ${row.together}`;
}
