/** Says in words which field of a request does not match its schema; of a choice of forms, only the one the caller meant. */

import { distance } from 'fastest-levenshtein';
import type { FastifySchemaValidationError } from 'fastify/types/schema.js';
import type { FieldError } from '../domain/failure.ts';

/** More mistakes than this help nobody. */
const MOST = 20;
/** Ajv's errors that are looked at, each beside all others: one mistake makes a handful of them. */
const MOST_ERRORS = 400;
/** More of a name than this is not repeated. */
const LONGEST_NAME = 80;

/**
 * Turns Ajv's errors into field errors.
 *
 * @param knownFields the properties of the schema's root, for a hint at a misspelt one
 */
export function fieldErrors(
  all: readonly FastifySchemaValidationError[],
  knownFields: readonly string[],
): FieldError[] {
  const errors = all.slice(0, MOST_ERRORS);
  const meant = errors.filter((error) => !isOtherForm(error, errors));
  const told = meant
    // That no form fits is worth telling only where nothing more exact is known.
    .filter((error) => error.keyword !== 'anyOf' || !meant.some((other) => other !== error && isWithin(other, error)))
    .map((error) => fieldError(error, knownFields));
  return told.filter((one, index) => told.findIndex((other) => same(one, other)) === index).slice(0, MOST);
}

function same(one: FieldError, other: FieldError): boolean {
  return one.field === other.field && one.message === other.message;
}

/**
 * An error of a branch of anyOf that the caller did not mean: the value at the branch's own place is of another JSON type
 * than the branch takes, which shows as a `type` error there.
 */
function isOtherForm(error: FastifySchemaValidationError, all: readonly FastifySchemaValidationError[]): boolean {
  const branches = [...error.schemaPath.matchAll(/\/anyOf\/\d+(?=\/)/g)];
  return branches.some(({ 0: branch, index }) => {
    const path = error.schemaPath.slice(0, index + branch.length);
    return all.some(
      (other) => other.keyword === 'type' && other.schemaPath === `${path}/type` && isWithin(error, other),
    );
  });
}

/** Whether one error stands at the place of the other, or below it. */
function isWithin(one: FastifySchemaValidationError, other: FastifySchemaValidationError): boolean {
  return `${one.instancePath}/`.startsWith(`${other.instancePath}/`);
}

function fieldError(error: FastifySchemaValidationError, knownFields: readonly string[]): FieldError {
  const place = placeOf(error.instancePath);
  const parameter = (name: string): string => String(Reflect.get(error.params, name));
  const under = (name: string): string => (place === '' ? inShort(name) : `${place}.${inShort(name)}`);
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = parameter('additionalProperty');
      return {
        field: under(name),
        message: `unknown field ${JSON.stringify(inShort(name))}${place === '' ? hint(inShort(name), knownFields) : ''}`,
      };
    }
    case 'required':
      return { field: under(parameter('missingProperty')), message: 'is missing' };
    case 'type':
      return { field: place || 'body', message: `is not ${article(parameter('type'))}` };
    case 'enum':
      return {
        field: place,
        message: `is none of ${[Reflect.get(error.params, 'allowedValues')].flat().map(quoted).join(', ')}`,
      };
    case 'minLength':
      return { field: place, message: 'is empty' };
    case 'anyOf':
      return {
        field: place || 'body',
        message: `is neither ${oneMailbox}${takesSeveral(place) ? ' nor an array of those' : ''}`,
      };
    default:
      return { field: place || 'body', message: error.message ?? 'is not valid' };
  }
}

const oneMailbox = '"Name <a@b>" nor {"address": "a@b", "name": "Name"}';

/** A list's item is one mailbox, and so is the sender. */
function takesSeveral(place: string): boolean {
  return place !== 'from' && !place.includes('[');
}

/** `/to/1/address` as `to[1].address`. */
function placeOf(instancePath: string): string {
  return instancePath
    .split('/')
    .slice(1)
    .map((segment) => inShort(segment).replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((segment, index) => (/^\d+$/.test(segment) ? `[${segment}]` : index === 0 ? segment : `.${segment}`))
    .join('');
}

function inShort(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function quoted(value: unknown): string {
  return JSON.stringify(value);
}

/** A field that is nearly spelt so: two letters of difference make a likeness, unless they are all it has. */
function hint(name: string, knownFields: readonly string[]): string {
  const byDistance = knownFields.map((known) => ({ known, away: distance(known, name.toLowerCase()) }));
  const [near] = byDistance.sort((one, other) => one.away - other.away);
  return near && near.away <= 2 && near.away < near.known.length
    ? `; did you mean "${near.known}"?`
    : `; known are ${knownFields.join(', ')}`;
}
