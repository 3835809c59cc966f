/** A program of another make, nodemailer's MailComposer, makes of the same message the same structure with the same content. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import PostalMime from 'postal-mime';
import { mimeComposer } from '../../../src/adapters/mime/compose.ts';
import type { Mailbox } from '../../../src/domain/mailbox.ts';
import { type Attachment, type Message, mistakesIn } from '../../../src/domain/message.ts';
import { nodemailerComposer } from './nodemailer-composer.ts';

const identity = { messageId: '<01J@contoso.example>', date: new Date('2026-03-02T08:09:10Z') };

/** Whole numbers below a limit, the same sequence for the same seed. */
function dice(seed: number) {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const fragments = [
  ...['invoice', 'a', 'Größe', 'Žluťoučký', '日本語の請求書', 'שלום', '🙂👩‍👩‍👧', '№ 4711', '"quoted"', "O'Hara"],
  ...['x'.repeat(90), 'a,b;c', '(d)', '<e@f.example>', 'C:\\temp', '=3D', '100%', 'é', 'e\u0301', '.', '--', 'From'],
];
const breaks = ['\n', '\r\n', ' \n', '\t\n', '\n\n', '\n.\n', '\r', '='];
const ends = ['.pdf', '.png', '.txt', '.eml', '', '.csv', '.docx'];

/** A message as the dice have it, that the relay would take. */
function messageOf(seed: number): Message {
  const roll = dice(seed);
  const pick = <T>(from: readonly T[]): T => from[roll(from.length)] as T;
  const words = (most: number, between: readonly string[] = [' ']): string =>
    Array.from({ length: 1 + roll(most) }, () => pick(fragments) + pick(between))
      .join('')
      .trim();
  const oneOf = (): Mailbox => ({ name: roll(3) === 0 ? null : words(5), address: `r${roll(1_000)}@fabrikam.example` });
  const list = (most: number): Mailbox[] => Array.from({ length: roll(most + 1) }, oneOf);
  const fileOf = (index: number): Attachment => ({
    filename: `${index} ${words(4)}`.slice(0, 100).toWellFormed() + pick(ends),
    content: Uint8Array.from({ length: roll(400) }, () => roll(256)),
    contentType: pick([null, null, 'application/pdf', 'text/csv; charset=iso-8859-1', 'image/png; name="other.png"']),
    contentId: pick([null, null, `image${index}@contoso`]),
    disposition: pick(['attachment', 'inline']),
  });
  return {
    from: oneOf(),
    to: [oneOf(), ...list(20)],
    cc: list(3),
    bcc: list(3),
    replyTo: list(2),
    subject: words(30),
    text: roll(3) === 0 ? null : words(80, [' ', ...breaks]),
    html: roll(3) === 0 ? null : words(80, [' ', ...breaks]),
    headers: Array.from({ length: roll(5) }, (_, index) => [`X-Own-${index}`, words(30)]),
    attachments: Array.from({ length: roll(4) }, (_, index) => fileOf(index)),
    importance: null,
    inReplyTo: null,
    references: [],
  };
}

/** All that a reader sees, and how the parts are nested. */
async function readOf(raw: Uint8Array) {
  const email = await PostalMime.parse(Buffer.from(raw));
  const { from, to, cc, bcc, replyTo, subject, messageId, date, text, html, attachments } = email;
  const own = email.headers.filter(({ key }) => key.startsWith('x-own')).map(({ originalKey }) => originalKey);
  const parts = [
    ...Buffer.from(raw)
      .toString('latin1')
      .matchAll(/^Content-Type:\s+([\w.+/-]+)/gm),
  ];
  return {
    ...{ from, to, cc, bcc, replyTo, subject, messageId, date, own },
    types: parts.map(([, type]) => type),
    // A parser may end a text with one more line break.
    texts: [text, html].map((each) => each?.replaceAll('\r\n', '\n').replace(/\n$/, '')),
    attachments: attachments.map(({ content, ...part }) => ({
      ...part,
      content: Buffer.from(content as ArrayBuffer).toString('base64'),
    })),
  };
}

const MESSAGES = 400;
const AT_ONCE = 100;

suite('our composer and nodemailer', () => {
  for (let first = 1; first <= MESSAGES; first += AT_ONCE) {
    test(`compose messages ${first} to ${first + AT_ONCE - 1} alike`, async () => {
      for (let seed = first; seed < first + AT_ONCE; seed += 1) {
        const message = messageOf(seed);
        const mistakes = mistakesIn(message).filter(({ code }) => code !== 'no-content');
        assert.deepEqual(mistakes, [], `message ${seed} would be refused`);
        const ours = await mimeComposer.compose(message, identity);
        const theirs = await nodemailerComposer.compose(message, identity);
        assert.deepEqual(await readOf(ours), await readOf(theirs), `message ${seed}`);
        assert.doesNotMatch(
          Buffer.from(ours).toString('latin1'),
          /^\./m,
          `message ${seed} has a line with a dot first`,
        );
      }
    });
  }
});
