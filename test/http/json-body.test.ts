/** Bodies are JSON in UTF-8, and nothing is guessed. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import PostalMime from 'postal-mime';
import { errorsOf, message, recordingRelay } from './recording-relay.ts';

async function answer(body: string | Buffer, headers: Record<string, string> = {}) {
  const relay = recordingRelay();
  const response = await relay.post(body, headers);
  const [submission] = relay.submissions;
  const subject = submission && (await PostalMime.parse(submission.content)).subject;
  return { status: response.statusCode, problem: response.json(), subject };
}

suite('a body', () => {
  const text = JSON.stringify({ ...message, subject: 'Größe № 1 🙂' });

  test('in UTF-8 is read to the letter', async () => {
    assert.equal((await answer(text)).subject, 'Größe № 1 🙂');
  });

  test('is read to the letter when its texts are full of what JSON is made of', async () => {
    const subject = 'one, two: [3] {4} "5" \\';
    const signs = String.raw`,:[{"\\\"`.repeat(20_000);
    const { status, subject: read } = await answer(JSON.stringify({ ...message, text: signs, subject }));
    assert.deepEqual([status, read], [200, subject]);
  });

  test('may begin with a byte order mark', async () => {
    assert.equal((await answer(`\ufeff${text}`)).subject, 'Größe № 1 🙂');
  });

  for (const type of [
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'Application/JSON; Charset=utf8',
    'application/json; odata=verbose; charset=utf-8',
  ]) {
    test(`may be declared as ${type}`, async () => {
      assert.equal((await answer(text, { 'content-type': type })).status, 200);
    });
  }

  for (const charset of ['iso-8859-1', 'utf-16', '"windows-1252"']) {
    test(`declared as ${charset} is refused, though its bytes are UTF-8`, async () => {
      const { status, problem, subject } = await answer(text, {
        'content-type': `application/json; charset=${charset}`,
      });
      assert.equal(status, 400);
      assert.equal(problem.errors[0].field, 'Content-Type');
      assert.match(problem.detail, new RegExp(`declared as ${charset.replaceAll('"', '')};`));
      assert.equal(subject, undefined);
    });
  }

  test('in Latin-1 is refused instead of guessed', async () => {
    const { status, problem } = await answer(Buffer.from(JSON.stringify({ ...message, subject: 'Größe' }), 'latin1'));
    assert.equal(status, 400);
    assert.equal(problem.code, 'invalid-request');
    assert.match(problem.detail, /not UTF-8/);
  });

  test('that is compressed is refused for that', async () => {
    const { post } = recordingRelay();
    const response = await post(gzipSync(JSON.stringify(message)), { 'content-encoding': 'gzip' });
    assert.equal(response.statusCode, 415);
    assert.deepEqual(errorsOf(response), ['Content-Encoding: gzip is not read; send the body uncompressed']);
  });

  for (const [what, body] of Object.entries({ nothing: '', blanks: ' \r\n', 'a byte order mark alone': '\ufeff' })) {
    test(`of ${what} is refused as empty`, async () => {
      const { status, problem } = await answer(body);
      assert.equal(status, 400);
      assert.match(problem.detail, /^The body is empty/);
      assert.equal(problem.errors[0].field, 'body');
    });
  }

  for (const body of [
    '{',
    '{"from":',
    "{'from':'a'}",
    '{"from":"a",}',
    text.slice(0, -1),
    `${text}}`,
    'from=a&to=b',
    'NaN',
  ]) {
    test(`that is no JSON is refused: ${body.slice(0, 20)}`, async () => {
      const { status, problem } = await answer(body);
      assert.equal(status, 400);
      assert.equal(problem.code, 'invalid-request');
      assert.match(problem.detail, /^The body is not well-formed JSON: /);
    });
  }
});

suite('another media type', () => {
  for (const type of [
    'text/plain',
    'text/json',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    'message/rfc822',
    'application/json-patch+json',
    'application/json, text/plain',
    'json',
    '',
  ]) {
    test(`is answered 415: ${JSON.stringify(type)}`, async () => {
      const { status, problem } = await answer(JSON.stringify(message), { 'content-type': type });
      assert.equal(status, 415);
      assert.equal(problem.code, 'unsupported-media-type');
      assert.match(problem.remedy.summary, /application\/json/);
    });
  }

  test('is answered 415 when a body comes without any', async () => {
    const { server, key } = recordingRelay();
    const response = await server.inject({
      method: 'POST',
      url: '/send',
      headers: { authorization: `Bearer ${key}` },
      payload: Buffer.from(JSON.stringify(message)),
    });
    assert.equal(response.statusCode, 415);
  });
});
