/** What the documentation says of one setting in a word or two, and which settings it calls required. */

import { type Setting, settingRows } from './settings.ts';

type Row = readonly [name: string, row: Setting];

/** Rows that must be set, and those that may be set instead of one of them. */
export function requiredRows(): readonly Row[] {
  return settingRows.filter(([name, row]) => row.required !== false || replacedBy(name) !== undefined);
}

export function optionalRows(): readonly Row[] {
  const required = requiredRows();
  return settingRows.filter((row) => !required.includes(row));
}

/** The setting that this one may be set instead of; undefined for most. */
export function replacedBy(name: string): string | undefined {
  return settingRows.find(([, { required }]) => typeof required === 'object' && required.or === name)?.[0];
}

/** Whether a setting must be set, or else its default. */
export function needOf(name: string, row: Setting): string {
  if (row.required === true) return 'required';
  if (row.required !== false) return `required, or ${row.required.or}`;
  const replaced = replacedBy(name);
  return replaced === undefined ? `default: ${defaultOf(row)}` : `instead of ${replaced}`;
}

export function defaultOf(row: Setting): string {
  return row.default ?? row.defaultInWords ?? 'none';
}
