/** Rules for what a caller says besides the message: labels that can be kept and found again, notifications that can be asked for. */

import type { Mistake } from './mistake.ts';
import { quote } from './quote.ts';
import type { DsnRequest, SubmissionRequest, Tag } from './submission-request.ts';

const MAX_TAGS = 20;
const MAX_TAG_TEXT = 256;
const MAX_ENTRIES = 50;
const MAX_VALUE = 500;
const MAX_REFERENCES = 200;
const key = /^[A-Za-z0-9_-]{1,40}$/;
// Control and format characters, halves of surrogate pairs, line and paragraph separators.
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const control = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** The mistakes, in the order of the fields. */
export function mistakesInRequest({ message, dsn, tags, metadata }: SubmissionRequest): Mistake[] {
  const { length } = message.references;
  return [
    ...(length > MAX_REFERENCES
      ? [unusable('references', `names ${length} messages; ${MAX_REFERENCES} at most, the newest of them`)]
      : []),
    ...mistakesInDsn(dsn),
    ...mistakesInTags(tags),
    ...mistakesInMetadata(metadata),
  ];
}

/** RFC 3461 §4.1: NEVER excludes the others. */
function mistakesInDsn(dsn: DsnRequest | null): Mistake[] {
  const notify = dsn?.notify ?? [];
  if (notify.includes('never') && notify.length > 1) {
    return [unusable('dsn.notify', '"never" cannot stand beside other values; leave it or them out')];
  }
  return new Set(notify).size < notify.length ? [unusable('dsn.notify', 'has a value twice')] : [];
}

function mistakesInTags(tags: readonly Tag[]): Mistake[] {
  if (tags.length > MAX_TAGS) return [unusable('tags', `has ${tags.length} tags; ${MAX_TAGS} at most`)];
  return tags.flatMap(({ name, value }, index) => [
    ...(name === '' ? [unusable(`tags[${index}].name`, 'is empty')] : mistakesInTag(`tags[${index}].name`, name)),
    ...mistakesInTag(`tags[${index}].value`, value),
  ]);
}

function mistakesInTag(field: string, text: string): Mistake[] {
  if (text.length > MAX_TAG_TEXT) return [unusable(field, `has ${text.length} characters; ${MAX_TAG_TEXT} at most`)];
  return unprintable.test(text) ? [unusable(field, 'has a character that cannot be printed; remove it')] : [];
}

function mistakesInMetadata(metadata: Readonly<Record<string, string>>): Mistake[] {
  const entries = Object.entries(metadata);
  if (entries.length > MAX_ENTRIES) {
    return [unusable('metadata', `has ${entries.length} entries; ${MAX_ENTRIES} at most`)];
  }
  return entries.flatMap(([name, value]) => {
    if (!key.test(name)) {
      return [unusable('metadata', `${quote(name)} is no key; 1 to 40 letters, digits, "_" and "-" are expected`)];
    }
    const field = `metadata.${name}`;
    if (value.length > MAX_VALUE) return [unusable(field, `has ${value.length} characters; ${MAX_VALUE} at most`)];
    return control.test(value) ? [unusable(field, 'has a control character; remove it')] : [];
  });
}

function unusable(field: string, message: string): Mistake {
  return { code: 'value-invalid', field, message };
}
