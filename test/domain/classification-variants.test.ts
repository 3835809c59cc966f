/** However a known reply is worded around, folded, wrapped and stamped, it stands for the same failure. `CLASSIFICATION_SEED` repeats a run that failed. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { classifyEntraRefusal, classifyNetworkError, classifyReply } from '../../src/domain/classification.ts';
import { parseReply, type SmtpReply } from '../../src/domain/smtp-reply.ts';
import { entraRefusalIn, networkErrorIn, publishedOf, replyIn } from './published-replies.ts';
import { generatorOf, type Random } from './random.ts';

const seed = Number(process.env.CLASSIFICATION_SEED ?? Date.now() % 1_000_000_007);
const VARIANTS_OF_A_REPLY = 80;
const VARIANTS_OF_AN_ERROR = 40;

/** Replies whose words fit several failures, so that the enhanced status code has to stay: the same "Invalid address" is said of sender and recipient. */
const onlyByNumber =
  /^(?:50[14] 5\.1\.[37] invalid address|550 5\.7\.708 service unavailable$|450 5\.)|mailbox full; STOREDRV\.Submission|RESOLVER\.RST/i;

/** One way in which servers and clients say the same thing differently. */
type Change = (raw: string, random: Random, reply: SmtpReply) => string;

const hosts = [
  'AM0PR01CA0001.eurprd01.prod.outlook.com',
  'VI1PR09MB1234.EURPRD09.PROD.OUTLOOK.COM',
  'smtp.office365.com',
];

function tailOf(random: Random): string {
  const host = random.of(hosts);
  const time = new Date(1_500_000_000_000 + random.below(400_000_000) * 1000).toISOString();
  return random.of([
    ` [${host}]`,
    ` [${host} ${time} 08D${random.below(1e9).toString(16).toUpperCase()}]`,
    ` [Hostname=${host}]`,
    ` [192.0.2.${random.below(255)}] [${host}]`,
    '',
  ]);
}

const inAnyCase: Change = (raw, random) =>
  raw.replace(/[a-z]+/gi, (word) => random.of([word, word.toLowerCase(), word.toUpperCase()]));

const inAnySpacing: Change = (raw, random) => raw.replace(/(?<=\w.*) /g, () => random.of([' ', '  ', '\t', ' \u00a0']));

const withAnotherTail: Change = (raw, random) =>
  raw.replace(/\s*(?:\[[^\]]*\]\s*)+$/, '') + (/\[(?!\w+\.)/.test(raw) ? '' : tailOf(random));

const withTextAfter: Change = (raw, random) =>
  raw +
  random.of([
    ' (in reply to end of DATA command)',
    ' (in reply to MAIL FROM command)',
    ' For more information please go to http://go.microsoft.com/fwlink/?LinkID=526653.',
    ' Weitere Hinweise finden Sie unter https://aka.ms/hilfe',
    ' (AS16012609)',
    ' 詳細については管理者に連絡してください。',
  ]);

/** What stands before it in the same reply, after the codes. */
const withTextBefore: Change = (raw, random) => {
  const before = random.of([
    'SMTP; ',
    'Die Nachricht wurde abgelehnt: ',
    'Le serveur distant a répondu : ',
    'Ошибка: ',
    'Refused: ',
  ]);
  return raw.replace(/^(\d{3}(?: \d\.\d{1,3}\.\d{1,3})? )/, `$1${before}`);
};

const folded: Change = (raw, random, { code, enhanced }) => {
  const words = raw.slice(4).split(' ');
  const at = 2 + random.below(Math.max(1, words.length - 2));
  if (at >= words.length) return raw;
  const prefix = random.of([`${code} `, enhanced === null ? `${code} ` : `${code} ${enhanced} `]);
  return `${code}-${words.slice(0, at).join(' ')}\r\n${prefix}${words.slice(at).join(' ')}`;
};

const withoutEnhanced: Change = (raw, _random, { enhanced }) =>
  enhanced === null || onlyByNumber.test(raw) || isToldByNumber(raw) ? raw : raw.replace(` ${enhanced}`, '');

/** Inside another reply of its class. */
const wrapped: Change = (raw, random, { code }) => {
  const digit = String(code)[0];
  return random.of([
    `${digit}50 ${digit}.0.0 Remote Server returned '${raw}'`,
    `${digit}54 ${digit}.5.0 Delivery failed; the last server said: ${raw}`,
    `${digit}51 <jane@fabrikam.example>: host smtp.office365.com[192.0.2.1] said: ${raw}`,
  ]);
};

const behindNotAuthenticated: Change = (raw) =>
  raw.startsWith('535 ') ? `530 5.7.57 Client not authenticated to send mail. [host] Error: ${raw}` : raw;

const changes: readonly Change[] = [
  withoutEnhanced,
  withAnotherTail,
  withTextBefore,
  withTextAfter,
  inAnyCase,
  inAnySpacing,
  folded,
  wrapped,
  behindNotAuthenticated,
];

/** Whether the words alone leave the failure open, so that taking the number away would ask for a guess. */
function isToldByNumber(raw: string): boolean {
  const words = replyIn(raw).text;
  return (
    /^(?:Authentication unsuccessful|Client was not authenticated|Organization queue|Access denied)\b/i.test(words) &&
    !/^535/.test(raw)
  );
}

/** A few changes in the order in which they can happen on the way. */
function variantOf(reply: SmtpReply, random: Random): string {
  const raw = [reply.code, reply.enhanced, reply.text.replace(/\s+/g, ' ')].filter((part) => part !== null).join(' ');
  // The frame comes last, and a reply is framed once.
  const chosen = changes
    .filter(() => random.below(3) === 0)
    .filter(
      (change, at, all) =>
        change !== folded || !all.slice(at + 1).some((later) => later === wrapped || later === behindNotAuthenticated),
    );
  return chosen.reduce((text, change) => change(text, random, reply), raw);
}

suite(`variants of known answers (CLASSIFICATION_SEED=${seed})`, () => {
  const random = generatorOf(seed);
  let variants = 0;
  let milliseconds = 0;

  for (const { expect, reply: printed } of publishedOf('smtp')) {
    test(`of the reply stay ${expect}: ${printed.slice(0, 60)}`, () => {
      const reply = replyIn(printed);
      for (let count = 0; count < VARIANTS_OF_A_REPLY; count++) {
        const raw = variantOf(reply, random);
        const parsed = parseReply(raw);
        assert.ok(parsed, raw);
        const started = performance.now();
        const found = classifyReply(parsed);
        milliseconds += performance.now() - started;
        variants++;
        assert.equal(found, expect, `CLASSIFICATION_SEED=${seed}: ${JSON.stringify(raw)}`);
      }
    });
  }

  for (const { expect, reply: printed } of publishedOf('entra')) {
    test(`of the refusal stay ${expect}: ${printed.slice(0, 60)}`, () => {
      const known = entraRefusalIn(printed);
      for (let count = 0; count < VARIANTS_OF_AN_ERROR; count++) {
        const refusal = {
          aadsts: [...(random.below(2) ? [99_000_000 + random.below(1e6)] : []), ...known.aadsts],
          error: random.of([null, 'invalid_client', 'invalid_request', 'unauthorized_client', 'a_new_error']),
          description: random.of([
            null,
            '',
            printed,
            inAnyCase(printed, random, { code: 0, enhanced: null, text: '' }),
            'Ein Fehler ist aufgetreten.',
          ]),
          httpStatus: random.of([400, 401, 403, 500]),
        };
        variants++;
        assert.equal(classifyEntraRefusal(refusal), expect, `CLASSIFICATION_SEED=${seed}: ${JSON.stringify(refusal)}`);
      }
    });
  }

  for (const { expect, reply: printed } of publishedOf('node')) {
    test(`of the error stay ${expect}: ${printed.slice(0, 60)}`, () => {
      const known = networkErrorIn(printed);
      for (let count = 0; count < VARIANTS_OF_AN_ERROR; count++) {
        const message =
          random.of(['', 'Error: ', 'Error initiating TLS - '].slice(0, /certificate/.test(printed) ? 3 : 2)) +
          known.message.replace(/ {2,}/g, () => random.of([' ', '\n    ']));
        const error = {
          message,
          code: random.of([known.code, null]),
          errno: random.of([null, -1, -3008]),
          syscall: null,
        };
        variants++;
        assert.equal(classifyNetworkError(error), expect, `CLASSIFICATION_SEED=${seed}: ${JSON.stringify(error)}`);
      }
    });
  }

  test('are thousands, and each is read in less than a millisecond', () => {
    assert.ok(variants >= 5000, `${variants}`);
    assert.ok(milliseconds / variants < 1, `${milliseconds} ms for ${variants}`);
  });
});
