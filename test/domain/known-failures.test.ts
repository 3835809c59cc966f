/** Every failure that is known of from Microsoft's pages and from traces stands in the catalogue, and is recognised by what is known of it. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { failureCodes } from '../../src/domain/catalogue/catalogue.ts';
import { classifyEntraRefusal, classifyNetworkError, classifyReply } from '../../src/domain/classification.ts';
import { entryOf } from '../../src/domain/failure.ts';

interface Rule {
  readonly smtp?: number | null;
  readonly enhanced?: string | null;
  readonly enhanced_regex?: string;
  /** A regular expression of plain words and alternatives. */
  readonly text?: string;
  readonly aadsts?: string;
  readonly node?: string;
  readonly error?: string;
}

interface Known {
  readonly code: string;
  readonly match: readonly Rule[];
  readonly retryable: boolean;
  readonly sources: readonly string[];
}

const known: readonly Known[] = readFileSync(new URL('../fixtures/failures.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line));

/** Where the catalogue differs from what was proposed: STARTTLS and certificates fail by devices on the way, which come and go. */
const passing = /^(?:starttls-refused|tls-certificate-.*)$/;

/** Texts that a rule matches, one for each of its alternatives. */
function samplesOf(text: string | undefined): readonly string[] {
  if (text === undefined) return ['as the server words it'];
  const plain = text
    .replaceAll('\\.', '.')
    .replaceAll('\\s+', ' ')
    .replaceAll('.*', ' ')
    .replaceAll('(^|: )', '')
    .replace(/\(([^|)]*)\|[^)]*\)/g, '$1')
    .replaceAll('self.signed', 'self-signed');
  return plain.split('|');
}

function enhancedOf({ enhanced, enhanced_regex }: Rule): readonly (string | null)[] {
  if (enhanced_regex === undefined) return [enhanced ?? null];
  const pattern = new RegExp(enhanced_regex);
  const all = [4, 5].flatMap((digit) =>
    [4, 7].flatMap((subject) => Array.from({ length: 1000 }, (_, detail) => `${digit}.${subject}.${detail}`)),
  );
  // 4.4.62 is in the range of 4.4.x and has a rule of its own.
  return all.filter((code) => pattern.test(code) && code !== '4.4.62');
}

function classify(rule: Rule, text: string, enhanced: string | null): string {
  if (rule.aadsts) {
    return classifyEntraRefusal({ aadsts: [Number(rule.aadsts.slice(6))], error: null, httpStatus: 400 });
  }
  if (rule.node) return classifyNetworkError({ code: rule.node, message: text });
  return classifyReply({ code: rule.smtp ?? (enhanced?.startsWith('4') ? 450 : 550), enhanced, text });
}

suite('a known failure', () => {
  test('is one of ninety', () => {
    assert.equal(known.length, 90);
  });

  for (const { code, match, retryable, sources } of known) {
    test(`${code} stands in the catalogue, with the sources it is known from`, () => {
      const found = failureCodes.find((each) => each === code);
      assert.ok(found, `${code} is not in the catalogue`);
      const entry = entryOf(found);
      const cited = entry.sources.join('\n');
      assert.ok(
        sources.some((source) => cited.includes(source.split(' ')[0] ?? source)),
        `${cited} has none of ${sources.join(', ')}`,
      );
      assert.equal(typeof entry.retry === 'object', retryable || passing.test(code), `retry of ${code}`);
    });

    test(`${code} is recognised by each of its rules`, () => {
      for (const rule of match) {
        for (const text of samplesOf(rule.text)) {
          for (const enhanced of enhancedOf(rule)) {
            assert.equal(classify(rule, text, enhanced), code, `${JSON.stringify(rule)}: ${enhanced} ${text}`);
          }
        }
      }
    });
  }
});
