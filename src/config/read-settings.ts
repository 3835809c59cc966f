/** Reads settings by their table: every mistake is found in one go, and no message holds the text of a secret. */

import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { Report } from './configuration-error.ts';
import { isMistake } from './readers.ts';
import {
  type Environment,
  exampleLine,
  fileVariable,
  type ReadingsOf,
  type Setting,
  type SettingTable,
  type SettingValue,
  variablesOf,
} from './setting.ts';
import { readTextFile } from './text-file.ts';

/**
 * Reads the settings of one table, and reports mistakes in its order; a setting with a mistake has no value.
 *
 * @param env variables by name; one that is empty or only white space counts as not set
 */
export function readSettings<Table extends SettingTable>(
  table: Table,
  env: Environment,
  report: Report,
): ReadingsOf<Table> {
  const readings = Object.entries(table).map(([name, row]) => [name, readSetting(name, row, env, report)]);
  return Object.fromEntries(readings) as ReadingsOf<Table>;
}

/** The text of a variable without white space around it; empty when it is not set. */
export function textOf(variable: string, env: Environment): string {
  return env[variable]?.trim() ?? '';
}

function readSetting(name: string, row: Setting, env: Environment, report: Report): SettingValue | undefined {
  const inLowerCase = name.toLowerCase();
  if (row.lowerCaseToo && textOf(inLowerCase, env) !== '') {
    return readText(inLowerCase, textOf(inLowerCase, env), row, report);
  }
  const given = [...variablesOf(name, row), ...replacementsOf(row)].filter((variable) => textOf(variable, env) !== '');
  const [variable, another] = given;
  if (variable === undefined) return readDefault(name, row, env, report);
  if (another !== undefined) return report(variable, `is set, and so is ${another}; set only one of them.`);
  if (replacementsOf(row).includes(variable)) return undefined;
  const { together } = row;
  if (together !== undefined && [together, fileVariable(together)].every((each) => textOf(each, env) === '')) {
    report(variable, `is set, but ${together} is not; the two belong together.`);
  }
  const text = textOf(variable, env);
  const holdsPath = variable !== name || row.form === 'file' || row.form === 'secret-file';
  return holdsPath ? readFile(variable, text, row, report) : readText(variable, text, row, report);
}

function readFile(variable: string, path: string, row: Setting, report: Report): SettingValue | undefined {
  if (row.form !== 'file' && !isAbsolute(path) && !existsSync(path)) {
    return report(
      variable,
      'is not the path of a file. It is not shown here, as it may be the secret itself; give an absolute path.',
    );
  }
  const content = readTextFile(path);
  const place = `${variable} (${path})`;
  return isMistake(content) ? report(place, `${content.mistake}.`) : readText(place, content, row, report);
}

function readDefault(name: string, row: Setting, env: Environment, report: Report): SettingValue | undefined {
  if (row.default !== undefined) return readText(name, row.default, row, report);
  if (row.required === false) return undefined;
  const nor = replacementsOf(row).map((replacement) => `, nor is ${replacement}`);
  const lookalike = lookalikeOf(name, row, env);
  const hint = lookalike === undefined ? '' : `, but ${lookalike} is; perhaps that is this one, misspelt`;
  return report(name, `is not set${nor.join('')}${hint}. ${row.meaning} For example: ${exampleLine(name, row)}`);
}

function readText(place: string, text: string, row: Setting, report: Report): SettingValue | undefined {
  const reading = row.read(text);
  return isMistake(reading) ? report(place, `${reading.mistake}.`) : reading;
}

/** The settings that may be set instead of this one. */
function replacementsOf(row: Setting): readonly string[] {
  return typeof row.required === 'object' ? [row.required.or] : [];
}

/** A variable that is set and differs from the missing one only in case, underscores or a plural s: `TENANTID`, `MAIL_BOX`. */
function lookalikeOf(name: string, row: Setting, env: Environment): string | undefined {
  const variables = variablesOf(name, row);
  const wanted = variables.map(bare);
  return Object.keys(env).find(
    (other) => !variables.includes(other) && wanted.includes(bare(other)) && textOf(other, env) !== '',
  );
}

function bare(variable: string): string {
  return variable.toUpperCase().replaceAll('_', '').replace(/S$/, '');
}
