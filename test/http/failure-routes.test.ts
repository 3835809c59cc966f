/** /failures is the catalogue, no more and no less, and the type of every problem leads into it. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { catalogue, failureCodes } from '../../src/domain/catalogue/catalogue.ts';
import { entryOf, FailureError, failure } from '../../src/domain/failure.ts';
import { message, recordingRelay } from './recording-relay.ts';

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

function relay() {
  const { server, told } = recordingRelay();
  const get = (url: string, headers: Record<string, string> = {}) => server.inject({ method: 'GET', url, headers });
  return { get, server, told };
}

suite('GET /failures', () => {
  test('lists every failure of the catalogue and no other, as docs/failures.md and the OpenAPI document do', async () => {
    const response = await relay().get('/failures');
    const listed = response.json().data.map(({ code }: { code: string }) => code);
    assert.deepEqual(listed, failureCodes);
    const document = readFileSync(new URL('../../docs/failures.md', import.meta.url), 'utf8');
    const sections = [...document.matchAll(/^<a id="(.+)"><\/a>$/gm)].map((match) => match[1]);
    assert.deepEqual([...listed].sort(), sections.sort());
    const openapi = JSON.parse(readFileSync(new URL('../../openapi/openapi.json', import.meta.url), 'utf8'));
    assert.deepEqual(listed, openapi.components.schemas.FailureEntry.properties.code.enum);
    assert.deepEqual(listed, openapi.components.schemas.Problem.properties.code.enum);
  });

  test('links every failure on its page, and no other', async () => {
    const { body } = await relay().get('/failures', browser);
    const links = [...body.matchAll(/href="\/failures\/([^"]+)"/g)].map((match) => match[1] ?? '');
    assert.deepEqual(links.sort(), [...failureCodes].sort());
    const anchors = [...body.matchAll(/href="#([^"]+)"/g)].map((match) => match[1] ?? '');
    for (const anchor of anchors) assert.ok(body.includes(`id="${anchor}"`), anchor);
  });

  for (const url of ['/failures', '/failures/relay-busy', '/failures/relay-bus']) {
    test(`says what its answer depends on, and is JSON unless a page is asked for: ${url}`, async () => {
      const { get } = relay();
      for (const headers of [{}, { accept: '*/*' }, browser]) {
        const response = await get(url, headers);
        assert.equal(response.headers.vary, 'Accept');
        const expected = headers === browser ? /^text\/html; charset=utf-8$/ : /^application\/(?:problem\+)?json\b/;
        assert.match(String(response.headers['content-type']), expected);
      }
    });
  }

  test('is open: it asks for no API key', async () => {
    const { get } = relay();
    assert.equal((await get('/failures', { authorization: 'Bearer nobody' })).statusCode, 200);
  });

  test('answers HEAD and refuses POST', async () => {
    const { server } = relay();
    for (const url of ['/failures', '/failures/relay-busy']) {
      const head = await server.inject({ method: 'HEAD', url });
      assert.deepEqual([head.statusCode, head.body], [200, '']);
      const post = await server.inject({ method: 'POST', url });
      assert.deepEqual([post.statusCode, post.headers.allow], [405, 'GET, HEAD']);
    }
  });
});

suite('the type of a problem leads to its failure', () => {
  for (const code of failureCodes) {
    test(code, async () => {
      const { server, post } = recordingRelay({
        deliver: async () => {
          throw new FailureError(failure(code));
        },
      });
      const { type } = (await post(message)).json();
      const found = await server.inject({ method: 'GET', url: type });
      assert.equal(found.statusCode, 200);
      const { title, status, stage, about, responsible, retry, remedy, sources } = entryOf(code);
      const { cause, ...said } = found.json();
      assert.deepEqual(Object.keys(said.remedy), ['summary', 'steps', 'powershell', 'docs']);
      assert.doesNotMatch(JSON.stringify([cause, said.remedy.steps]), /\{[a-z_]+\}/);
      assert.deepEqual(
        { ...said, remedy: said.remedy.docs },
        {
          type,
          code,
          title,
          status,
          stage,
          about,
          responsible,
          retryable: retry !== 'never',
          retry: {
            when: typeof retry === 'string' ? retry : 'later',
            after_seconds: typeof retry === 'string' ? null : retry.afterSeconds,
            at_most: typeof retry === 'string' ? null : (retry.atMost ?? null),
          },
          remedy: remedy.docs,
          sources,
        },
      );
      const page = await server.inject({ method: 'GET', url: type, headers: browser });
      assert.equal(page.statusCode, 200);
      assert.equal(page.body.match(/<li>/g)?.length, remedy.steps.length + remedy.docs.length + sources.length);
      assert.equal(page.body.includes('<pre'), remedy.powershell.length > 0);
      assert.doesNotMatch(page.body, /\{[a-z_]+\}/);
      for (const [, attributes] of page.body.matchAll(/<a href="https:[^"]*"([^>]*)>/g))
        assert.equal(attributes, ' rel="noreferrer"');
    });
  }
});

suite('a code that does not exist', () => {
  test('is a problem that names those near it', async () => {
    const response = await relay().get('/failures/relay-bussy');
    assert.equal(response.statusCode, 404);
    const { code, detail } = response.json();
    assert.equal(code, 'not-found');
    assert.match(detail, /"relay-bussy"\. Near it: relay-busy\. /);
  });

  test('is a page for a browser, with the same in it, and tells the log', async () => {
    const { get, told } = relay();
    const response = await get('/failures/recipient-not', browser);
    assert.equal(response.statusCode, 404);
    assert.match(response.body, /href="\/failures\/recipient-not-found"/);
    assert.deepEqual(
      told.map(({ facts }) => Reflect.get(facts, 'failure')),
      ['not-found'],
    );
  });

  test('that resembles none is told so without a guess', async () => {
    const { get } = relay();
    assert.doesNotMatch((await get('/failures/zzzzzzzzzzzzzzz')).json().detail, /Near it/);
    assert.doesNotMatch((await get('/failures/zzzzzzzzzzzzzzz', browser)).body, /Did you mean/);
  });

  for (const name of [
    '__proto__',
    'constructor',
    '<img src=x onerror=alert(1)>',
    '"><script>',
    '%00',
    '{mailbox}',
    '',
  ]) {
    test(`does nothing on the page: ${JSON.stringify(name)}`, async () => {
      const response = await relay().get(`/failures/${encodeURIComponent(name)}`, browser);
      assert.equal(response.statusCode, 404);
      assert.doesNotMatch(response.body, /<img|<script/);
      assert.equal(Object.hasOwn(catalogue, name), false);
    });
  }
});

suite('a page', () => {
  test('runs no script, loads nothing, and stands in no frame', async () => {
    const { get } = relay();
    for (const url of ['/failures', '/failures/smtp-auth-unsuccessful', '/failures/nothing']) {
      const { headers, body } = await get(url, browser);
      assert.match(
        String(headers['content-security-policy']),
        /^default-src 'none'; style-src 'sha256-[\w+/=]+'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
      );
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.doesNotMatch(body, /<script|<img|<iframe|\son\w+=|\sstyle=|(?:src|<link)="?http/i);
    }
  });

  test('shows every value to put in as a blank, within the quotes that PowerShell needs', async () => {
    const { body } = await relay().get('/failures/smtp-auth-disabled-for-mailbox', browser);
    assert.ok(
      body.includes(
        'Set-CASMailbox -Identity &#39;<mark>&#60;the mailbox that authenticates&#62;</mark>&#39; -SmtpClientAuthenticationDisabled $false',
      ),
    );
    assert.match(body, /copy the lines from the answer of the relay/);
  });
});
