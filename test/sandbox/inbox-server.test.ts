import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { MessageJson, RefusalJson } from '../../src/sandbox/caught-message-json.ts';
import type { CaughtMessage } from '../../src/sandbox/inbox.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { catchMail } from './caught-mail.ts';
import { SmtpDialogue, xoauth2 } from './smtp-dialogue.ts';

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const ordinary = Buffer.from(
  [
    'From: "Contoso Billing" <billing@contoso.example>',
    'To: Jane <jane@fabrikam.example>, Team: a@b.example, c@d.example;',
    'Subject: =?utf-8?Q?Rechnung_f=C3=BCr_J=C3=B6rg?=',
    'Message-ID: <4711@contoso.example>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/related; boundary=x',
    '',
    '--x',
    'Content-Type: text/html; charset=utf-8',
    '',
    '<p>Hello <img src="cid:logo"></p>',
    '--x',
    'Content-Type: image/png; name="logo.png"',
    'Content-ID: <logo>',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: inline; filename="logo.png"',
    '',
    pixel,
    '--x--',
    '',
  ].join('\r\n'),
);

describe('The inbox server', () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox.close());
  beforeEach(() => sandbox.inbox.clear());

  const catchMessage = (raw: Buffer, rcptTo = 'jane@fabrikam.example'): CaughtMessage =>
    catchMail(sandbox, raw, [rcptTo]);

  const get = (path: string) => fetch(new URL(path, sandbox.inboxUrl));

  it('lists what was caught', async () => {
    const { id, receivedAt } = catchMessage(ordinary);
    assert.deepEqual(await (await get('/messages')).json(), {
      data: [
        {
          id,
          received_at: receivedAt.toISOString(),
          mail_from: 'billing@contoso.example',
          rcpt_to: ['jane@fabrikam.example'],
          authenticated_as: 'billing@contoso.example',
          tenant_id: sandbox.tenantId,
          size: ordinary.length,
          message_id: '<4711@contoso.example>',
          subject: 'Rechnung für Jörg',
          from: { name: 'Contoso Billing', address: 'billing@contoso.example' },
          to: [
            { name: 'Jane', address: 'jane@fabrikam.example' },
            { name: '', address: 'a@b.example' },
            { name: '', address: 'c@d.example' },
          ],
          cc: [],
        },
      ],
    });
  });

  it('takes one message apart', async () => {
    const { id } = catchMessage(ordinary);
    const message = (await (await get(`/messages/${id}`)).json()) as Record<string, unknown>;
    assert.equal(message.subject, 'Rechnung für Jörg');
    assert.match(String(message.html), /^<p>Hello <img src="cid:logo"><\/p>/);
    assert.deepEqual(message.mail_parameters, { SIZE: '12' });
    assert.deepEqual((message.headers as unknown[])[3], { name: 'Message-ID', value: '<4711@contoso.example>' });
    assert.deepEqual(message.attachments, [
      {
        filename: 'logo.png',
        content_type: 'image/png',
        content_id: 'logo',
        disposition: 'inline',
        size: Buffer.from(pixel, 'base64').length,
        url: `/messages/${id}/attachments/0`,
      },
    ]);
  });

  it('gives out the octets exactly as they were caught', async () => {
    const raw = Buffer.concat([Buffer.from('Subject: x\r\n\r\n'), Buffer.from([0, 255, 254, 10, 13, 128])]);
    const { id } = catchMessage(raw);
    const response = await get(`/messages/${id}/raw`);
    assert.equal(response.headers.get('content-type'), 'message/rfc822');
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), raw);
  });

  it('gives out an attachment, an image as such', async () => {
    const { id } = catchMessage(ordinary);
    const response = await get(`/messages/${id}/attachments/0`);
    assert.equal(response.headers.get('content-type'), 'image/png');
    assert.match(response.headers.get('content-disposition') ?? '', /^attachment; filename\*=UTF-8''logo\.png$/);
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), Buffer.from(pixel, 'base64'));
  });

  it('gives out an attachment of any other kind as bytes to save', async () => {
    const { id } = catchMessage(
      Buffer.from(
        'Content-Type: text/html\r\nContent-Disposition: attachment; filename="a\\"b.html"\r\n\r\n<script>alert(1)</script>',
      ),
    );
    const response = await get(`/messages/${id}/attachments/0`);
    assert.equal(response.headers.get('content-type'), 'application/octet-stream');
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(response.headers.get('content-disposition'), "attachment; filename*=UTF-8''a%22b.html");
  });

  it('forgets everything on DELETE', async () => {
    catchMessage(ordinary);
    const response = await fetch(new URL('/messages', sandbox.inboxUrl), { method: 'DELETE' });
    assert.equal(response.status, 204);
    assert.deepEqual(await (await get('/messages')).json(), { data: [] });
  });

  it('knows no other message', async () => {
    const { id } = catchMessage(ordinary);
    const unknown = randomUUID();
    const paths = [unknown, `${unknown}/raw`, `${unknown}/html`, `${unknown}/attachments/0`, `${id}/attachments/7`];
    for (const path of paths) assert.equal((await get(`/messages/${path}`)).status, 404, path);
    assert.equal((await get(`/?message=${unknown}`)).status, 200);
  });

  it('shows the list and one message as a page', async () => {
    assert.match(await (await get('/')).text(), /No mail yet/);
    const { id } = catchMessage(ordinary);
    const list = await (await get('/')).text();
    assert.match(list, /Rechnung für Jörg/);
    assert.match(list, /http-equiv="refresh"/);
    const page = await (await get(`/?message=${id}`)).text();
    assert.match(page, /<dt>RCPT TO<\/dt>.*&lt;jane@fabrikam\.example&gt;/);
    assert.ok(page.includes(`<iframe sandbox="" src="/messages/${id}/html"`));
    assert.ok(page.includes(`<a href="/messages/${id}/attachments/0" download><bdi>logo.png</bdi></a>`));
    assert.doesNotMatch(page, /http-equiv="refresh"/);
    assert.match((await get('/style.css')).headers.get('content-type') ?? '', /^text\/css/);
  });

  it('escapes whatever a hostile message says', async () => {
    const script = '<script>alert(1)</script>"\'';
    const { id } = catchMessage(
      Buffer.from(
        [
          `Subject: ${script}`,
          `From: "${script.replaceAll('"', '')}" <x@contoso.example>`,
          `X-Evil: ${script}`,
          'Content-Type: multipart/mixed; boundary=x',
          '',
          `--x\r\nContent-Type: text/plain\r\n\r\n</pre>${script}`,
          `--x\r\nContent-Type: text/html\r\n\r\n</iframe><script>alert(2)</script><form action="https://evil.example">`,
          `--x\r\nContent-Type: text/x\r\nContent-Disposition: attachment; filename="<script>.txt"\r\n\r\nx`,
          '--x--\r\n',
        ].join('\r\n'),
      ),
      '"<script>"@fabrikam.example',
    );
    const page = await (await get(`/?message=${id}`)).text();
    assert.deepEqual(page.match(/<script|<form[^>]*>|<\/pre>&lt;|alert\(2\)/gi), [
      '<form method="post" action="/clear">',
      '<script',
    ]);
    assert.ok(page.includes('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;'));
    assert.equal(page.match(/<iframe/g)?.length, 1);
  });

  it('shows HTML only where nothing in it can run or call out', async () => {
    const { id } = catchMessage(ordinary);
    const response = await get(`/messages/${id}/html`);
    const policy = response.headers.get('content-security-policy') ?? '';
    assert.match(policy, /^sandbox; default-src 'none';/);
    assert.doesNotMatch(policy, /script-src|allow-|https:|\*/);
    assert.match(await response.text(), new RegExp(`<img src="/messages/${id}/attachments/0">`));
  });

  it('forbids every script but its own, everywhere', async () => {
    const { id } = catchMessage(ordinary);
    for (const path of ['/', `/?message=${id}`, '/messages', `/messages/${id}`, `/messages/${id}/raw`, '/nothing']) {
      const policy = (await get(path)).headers.get('content-security-policy') ?? '';
      assert.match(policy, /^default-src 'none';/, path);
      assert.doesNotMatch(policy, /unsafe|\*|https?:/, path);
      assert.match(policy, /; script-src 'sha256-[^ ;]+'; .*; frame-ancestors 'none'$/, path);
    }
  });

  it('tells where a message was submitted, its parts and its headers as they came', async () => {
    const { id } = catchMessage(ordinary);
    const message = (await (await get(`/messages/${id}`)).json()) as MessageJson;
    assert.equal(message.session.tenant_id, sandbox.tenantId);
    assert.equal(message.session.client_id, sandbox.clientId);
    assert.deepEqual(
      message.structure.parts.map(({ part, content_type, filename }) => [part, content_type, filename]),
      [
        ['1', 'text/html', null],
        ['2', 'image/png', 'logo.png'],
      ],
    );
    assert.equal(message.raw_headers, ordinary.toString().slice(0, ordinary.indexOf('--x')));
  });

  it('gives out the source as text that is nothing else to a browser', async () => {
    const { id } = catchMessage(Buffer.from('Content-Type: text/html\r\n\r\n<script>alert(1)</script>'));
    const response = await get(`/messages/${id}/source`);
    assert.equal(response.headers.get('content-type'), 'text/plain; charset=utf-8');
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  });

  it('tells what was refused, at which command and to whom', async () => {
    using dialogue = await SmtpDialogue.authenticated(sandbox);
    await dialogue.say(`MAIL FROM:<${sandbox.mailbox}>`);
    await dialogue.say('RCPT TO:<recipient-not-found@fabrikam.example>');
    await dialogue.say('DATA');
    const { data } = (await (await get('/refusals')).json()) as { data: RefusalJson[] };
    const [refusal] = data;
    assert.equal(data.length, 1, 'DATA fails for the sake of RCPT');
    assert.equal(refusal?.command, 'RCPT TO:<recipient-not-found@fabrikam.example>');
    assert.match(refusal?.reply ?? '', /^550 5\.1\.10 [^{[]*$/);
    assert.equal(refusal?.mail_from, sandbox.mailbox);
    assert.equal(refusal?.authenticated_as, sandbox.mailbox);
    assert.match(await (await get('/')).text(), /<span class="badge refused">refused<\/span>/);
  });

  it('tells a refused authentication without the token', async () => {
    using dialogue = await SmtpDialogue.secured(sandbox);
    await dialogue.say(`AUTH XOAUTH2 ${xoauth2(sandbox.mailbox, 'no-token')}`);
    const { data } = (await (await get('/refusals')).json()) as { data: RefusalJson[] };
    assert.deepEqual(
      data.map(({ command, reply, authenticated_as }) => [command, reply, authenticated_as]),
      [['AUTH XOAUTH2', '535 5.7.3 Authentication unsuccessful', sandbox.mailbox]],
    );
  });

  it('shows a hundred entries a page, the newest first', async () => {
    for (let number = 0; number < 101; number += 1) catchMessage(Buffer.from(`Subject: Number ${number}\r\n\r\n`));
    const subjects = async (path: string) =>
      [...(await (await get(path)).text()).matchAll(/<bdi>Number (\d+)<\/bdi><\/a>/g)].map(([, number]) =>
        Number(number),
      );
    const first = await subjects('/');
    assert.equal(first.length, 100);
    assert.deepEqual([first[0], first.at(-1)], [100, 1]);
    assert.deepEqual(await subjects('/?page=2'), [0]);
    assert.deepEqual(await subjects('/?page=99'), [0]);
    assert.deepEqual(await subjects('/?page=x'), first);
    const oldest = sandbox.inbox.messages[0];
    assert.deepEqual(await subjects(`/?message=${oldest?.id}`), [0]);
  });

  it('says how to send the first message', async () => {
    await using other = await startSandbox({ firstMessage: () => 'curl "<relay>"' });
    assert.match(await (await fetch(other.inboxUrl)).text(), /curl &quot;&lt;relay&gt;&quot;/);
    assert.match(await (await get('/')).text(), /curl -sS http:/);
  });

  it('is cleared by its own page and by programs, and by no other site', async () => {
    const clear = (headers: Record<string, string>) =>
      fetch(new URL('/clear', sandbox.inboxUrl), { method: 'POST', headers, redirect: 'manual' });
    const own = new URL(sandbox.inboxUrl).origin;
    catchMessage(ordinary);
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', origin: own },
      { origin: 'http://127.0.0.1:1' },
      { origin: 'null' },
    ]) {
      assert.equal((await clear(headers)).status, 403, JSON.stringify(headers));
    }
    assert.equal(sandbox.inbox.messages.length, 1);
    for (const headers of [{}, { origin: own }, { 'sec-fetch-site': 'same-origin', origin: 'null' }]) {
      catchMessage(ordinary);
      assert.equal((await clear(headers)).status, 303);
      assert.equal(sandbox.inbox.messages.length, 0);
    }
  });

  it('tells listeners of each change, and forgets them when they go', async () => {
    const gone = new AbortController();
    const response = await fetch(new URL('/events', sandbox.inboxUrl), { signal: gone.signal });
    assert.equal(response.headers.get('content-type'), 'text/event-stream');
    const reader = response.body?.getReader();
    const event = async () => Buffer.from((await reader?.read())?.value ?? []).toString();
    assert.equal(await event(), 'data: change\n\n');
    catchMessage(ordinary);
    assert.equal(await event(), 'data: change\n\n');
    gone.abort();
  });

  it('answers only under a name of this machine', async () => {
    const { port } = new URL(sandbox.inboxUrl);
    const status = await new Promise((resolve) => {
      request({ host: '127.0.0.1', port, path: '/messages', headers: { host: `evil.example:${port}` } })
        .on('response', (response) => resolve(response.resume().statusCode))
        .end();
    });
    assert.equal(status, 421);
  });

  it('shows what it cannot parse by its header section', async () => {
    const nested = Array.from({ length: 300 }, (_, depth) => [
      `Content-Type: multipart/mixed; boundary="b${depth}"`,
      '',
      `--b${depth}`,
    ]).flat();
    const { id } = catchMessage(Buffer.from(['Subject: Deep', ...nested, '', 'x'].join('\r\n')));
    const response = await get(`/messages/${id}`);
    assert.equal(response.status, 200);
    assert.equal(((await response.json()) as { subject: string }).subject, 'Deep');
  });
});
