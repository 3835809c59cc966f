/** What does not match the schema is told by its place, in words, all of it at once. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { errorsOf, message, recordingRelay } from './recording-relay.ts';

/** The errors of the answer to a body; each refusal of this suite is a 400 and submits nothing. */
async function errorsFor(body: unknown): Promise<string[]> {
  const { post, submissions } = recordingRelay();
  const response = await post(body);
  assert.equal(response.statusCode, 400, response.body);
  assert.equal(response.json().code, 'invalid-request');
  assert.equal(submissions.length, 0);
  const errors = errorsOf(response);
  assert.ok(errors[0] && response.json().detail.includes(errors[0]), 'detail tells the first error');
  return errors;
}

const noMailbox = 'is neither "Name <a@b>" nor {"address": "a@b", "name": "Name"}';
const noMailboxes = `${noMailbox} nor an array of those`;

suite('an unknown field', () => {
  const nearest = {
    attachement: 'attachments',
    Subject: 'subject',
    replyTo: 'reply_to',
    bc: 'cc',
    hmtl: 'html',
    header: 'headers',
  };
  for (const [written, meant] of Object.entries(nearest)) {
    test(`"${written}" is refused with a hint at "${meant}"`, async () => {
      assert.deepEqual(await errorsFor({ ...message, [written]: '' }), [
        `${written}: unknown field "${written}"; did you mean "${meant}"?`,
      ]);
    });
  }

  for (const written of ['schedule', 'id', '__proto__', 'constructor']) {
    test(`"${written}" that is near none is refused with the fields there are`, async () => {
      const body = JSON.stringify(message).replace('{', `{"${written}":1,`);
      assert.deepEqual(await errorsFor(body), [
        `${written}: unknown field "${written}"; known are from, to, cc, bcc, reply_to, subject, text, html, headers, attachments, importance, in_reply_to, references, return_path, dsn, tags, metadata, mailbox, priority, scheduled_at, expires_in, retry`,
      ]);
    });
  }

  test('is refused inside a mailbox and inside an attachment as well', async () => {
    const body = {
      ...message,
      to: { address: 'jane@fabrikam.example', nam: 'Jane' },
      attachments: [{ filename: 'a.txt', content: '', path: '/etc/passwd' }],
    };
    assert.deepEqual((await errorsFor(body)).sort(), [
      'attachments[0].path: unknown field "path"',
      'to.nam: unknown field "nam"',
    ]);
  });
});

suite('a value of the wrong type', () => {
  const cases: [what: string, fields: object, errors: string[]][] = [
    ['a number as subject', { subject: 5 }, ['subject: is not a string']],
    ['a text as retry', { retry: 'yes' }, ['retry: is not a boolean']],
    ['an object as attachments', { attachments: {} }, ['attachments: is not an array']],
    ['a list as headers', { headers: ['X-A: b'] }, ['headers: is not an object']],
    ['a number as a header', { headers: { 'X-Order/No~1': 5 } }, ['headers.X-Order/No~1: is not a string']],
    ['a number as from', { from: 5 }, [`from: ${noMailbox}`]],
    ['a list as from', { from: ['a@b.example'] }, [`from: ${noMailbox}`]],
    ['a number as address', { to: { address: 5 } }, ['to.address: is not a string']],
    ['a number as address in a list', { to: ['a@b.example', { address: 5 }] }, ['to[1].address: is not a string']],
    ['a list without an address', { cc: [{ name: 'Jane' }] }, ['cc[0].address: is missing']],
    ['a number in a list', { bcc: ['a@b.example', 5] }, [`bcc[1]: ${noMailbox}`]],
    ['an empty file name', { attachments: [{ filename: '', content: '' }] }, ['attachments[0].filename: is empty']],
    ['no content', { attachments: [{ filename: 'a' }] }, ['attachments[0].content: is missing']],
    ...['top', 5].map((disposition): [string, object, string[]] => [
      `${JSON.stringify(disposition)} as disposition`,
      { attachments: [{ filename: 'a', content: '', disposition }] },
      ['attachments[0].disposition: is none of "attachment", "inline"'],
    ]),
  ];
  for (const [what, fields, errors] of cases) {
    test(`is told by its place: ${what}`, async () => {
      assert.deepEqual(await errorsFor({ ...message, ...fields }), errors);
    });
  }

  test('is told even where an item before it is wrong in another way and its place begins alike', async () => {
    const to = Array.from({ length: 11 }, (_, index) =>
      index === 1 ? 5 : index === 10 ? { address: 5 } : 'a@b.example',
    );
    assert.deepEqual(await errorsFor({ ...message, to }), [`to[1]: ${noMailbox}`, 'to[10].address: is not a string']);
  });
});

suite('several mistakes', () => {
  test('are told at once, whatever their kinds', async () => {
    const body = { from: 5, to: [{ address: 5 }], cc: 5, subject: 5, attachement: [] };
    assert.deepEqual((await errorsFor(body)).sort(), [
      'attachement: unknown field "attachement"; did you mean "attachments"?',
      `cc: ${noMailboxes}`,
      `from: ${noMailbox}`,
      'subject: is not a string',
      'to[0].address: is not a string',
    ]);
  });

  test('are told twenty at most', async () => {
    const to = Array.from({ length: 500 }, () => 5);
    assert.equal((await errorsFor({ ...message, to })).length, 20);
  });

  test('include the missing from', async () => {
    assert.deepEqual((await errorsFor({ subject: 5 })).sort(), ['from: is missing', 'subject: is not a string']);
  });
});

suite('a body that is no object', () => {
  for (const body of ['[]', 'null', '"text"', '5', 'true']) {
    test(`is refused: ${body}`, async () => {
      assert.deepEqual(await errorsFor(body), ['body: is not an object']);
    });
  }
});

suite('a body that is made to be costly', () => {
  const many = 100_000;
  const bodies: Record<string, () => string> = {
    'a list of mistakes': () => `{"from":"a@b.example","to":[${'1,'.repeat(many)}1]}`,
    'lists within lists': () => `{"to":${'['.repeat(many)}${']'.repeat(many)}}`,
    'a list behind texts with quotes and reverse solidi': () =>
      JSON.stringify({ subject: '"[\\', text: '\\"{', to: Array(many).fill(1) }),
    'unknown fields': () => `{${Array.from({ length: many }, (_, index) => `"k${index}":1`).join(',')}}`,
  };
  for (const [what, body] of Object.entries(bodies)) {
    test(`is refused before it is looked at in detail: ${what}`, async () => {
      const { post, submissions } = recordingRelay();
      const response = await post(body());
      assert.equal(response.statusCode, 400);
      assert.equal(response.json().detail, 'The body holds more fields and items than any message has.');
      assert.equal(submissions.length, 0);
    });
  }

  test('is told in few words: a field with a very long name', async () => {
    const [error] = await errorsFor(JSON.stringify({ ...message, ['k'.repeat(1_000_000)]: 1 }));
    assert.ok(error && error.length < 1_000);
  });

  test('is refused when it is one long text', async () => {
    assert.deepEqual(await errorsFor(JSON.stringify('x'.repeat(1_000_000))), ['body: is not an object']);
  });

  test('is not what a long text with commas and quotes in it is', async () => {
    const { post } = recordingRelay();
    assert.equal((await post({ ...message, text: 'a, "b": [{\\'.repeat(20_000) })).statusCode, 200);
  });
});
