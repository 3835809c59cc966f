/** Reads all settings by their table: every mistake is found in one go, and no message holds the text of a secret. */

import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { ConfigurationError, type ConfigurationMistake } from './configuration-error.ts';
import { isMistake } from './readers.ts';
import {
  type Environment,
  exampleLine,
  fileVariable,
  type Setting,
  type SettingValue,
  type SettingValues,
  settingRows,
} from './settings.ts';
import { readTextFile } from './text-file.ts';

/** Notes a mistake; the setting then has no value. */
type Report = (place: string, message: string) => undefined;

/**
 * @param env variables by name; one that is empty or only white space counts as not set
 * @throws ConfigurationError with all mistakes, in the order of the table
 */
export function readSettings(env: Environment): SettingValues {
  const mistakes: ConfigurationMistake[] = [];
  const report: Report = (place, message) => void mistakes.push({ place, message });
  const values = Object.fromEntries(settingRows.map(([name, row]) => [name, readSetting(name, row, env, report)]));
  if (mistakes.length > 0) throw new ConfigurationError(mistakes);
  // What is required has a value now, or there would be a mistake.
  return values as SettingValues;
}

function readSetting(name: string, row: Setting, env: Environment, report: Report): SettingValue | undefined {
  const given = [...variablesOf(name, row), ...replacementsOf(row)].filter((variable) => textOf(variable, env) !== '');
  const [variable, another] = given;
  if (variable === undefined) return readDefault(name, row, env, report);
  if (another !== undefined) return report(variable, `is set, and so is ${another}; set only one of them.`);
  if (replacementsOf(row).includes(variable)) return undefined;
  const text = textOf(variable, env);
  if (variable === name && row.form !== 'file') return readText(variable, text, row, report);
  if (row.form === 'secret' && !isAbsolute(text) && !existsSync(text)) {
    return report(
      variable,
      'is not the path of a file. It is not shown here, as it may be the secret itself; give an absolute path.',
    );
  }
  const content = readTextFile(text);
  const place = `${variable} (${text})`;
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

/** The variables a setting is read from. */
function variablesOf(name: string, row: Setting): readonly string[] {
  return row.form === 'secret' ? [name, fileVariable(name)] : [name];
}

/** The settings that may be set instead of this one. */
function replacementsOf(row: Setting): readonly string[] {
  return typeof row.required === 'object' ? [row.required.or] : [];
}

function textOf(variable: string, env: Environment): string {
  return env[variable]?.trim() ?? '';
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
