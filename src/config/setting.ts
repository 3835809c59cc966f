/** What one setting is: a row of a table, by which it is read, documented and explained in the help. */

import type { Cloud } from './clouds.ts';
import type { Mistake } from './readers.ts';
import type { Secret } from './secret.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export type SettingValue = string | number | boolean | Secret | Cloud | readonly string[];

export interface Setting {
  /** One to three sentences for a person who runs an ERP. */
  readonly meaning: string;
  /**
   * `plain`: the variable holds the text. `file`: it holds the path of a file with the text. `secret-file`: likewise,
   * and what was set is not shown unless it is a path. `secret`: it holds the text, or `<NAME>_FILE` the path of a file
   * with it; its text is never printed.
   */
  readonly form: 'plain' | 'file' | 'secret-file' | 'secret';
  /** With `or`, exactly one of this setting and the optional one it names must be set. */
  readonly required: boolean | { readonly or: string };
  /** The setting without which this one means nothing. */
  readonly together?: string;
  /** Read like a text that was set. */
  readonly default?: string;
  /** For a default that is not a fixed text, or to say that there is none. */
  readonly defaultInWords?: string;
  /** For a secret the path of its file, so that nobody copies an example as a secret. */
  readonly example: string;
  /** Whether the name in lower case is read, too, and wins: a custom of `https_proxy` and `no_proxy`. */
  readonly lowerCaseToo?: boolean;
  /** Where the routing file says the same; such a setting describes the one tenant or client of a relay without that file. */
  readonly inRoutingFile?: string;
  readonly read: (text: string) => SettingValue | Mistake;
}

export type SettingTable = Readonly<Record<string, Setting>>;
export type SettingRow = readonly [name: string, row: Setting];

/** What the readers return, by name; undefined for a setting that may be left out and has no default. */
export type ValuesOf<Table extends SettingTable> = { readonly [Name in keyof Table]: ValueOf<Table[Name]> };

/** The same while mistakes are still being looked for: what is undefined may be one. */
export type ReadingsOf<Table extends SettingTable> = {
  readonly [Name in keyof Table]: ValueOf<Table[Name]> | undefined;
};

type ValueOf<Row extends Setting> =
  | Exclude<ReturnType<Row['read']>, Mistake>
  | (Row extends { required: true } | { default: string } ? never : undefined);

/** The variable that names a secret's file. */
export function fileVariable(name: string): string {
  return `${name}_FILE`;
}

/** The variables a setting is read from. */
export function variablesOf(name: string, row: Setting): readonly string[] {
  return row.form === 'secret' ? [name, fileVariable(name)] : [name];
}

/** An example as a line of an environment file: `MAILBOX=billing@contoso.com`. */
export function exampleLine(name: string, row: Setting): string {
  return `${row.form === 'secret' ? fileVariable(name) : name}=${row.example}`;
}
