import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, beforeEach, describe, it } from 'node:test';
import { SandboxClock } from '../../src/sandbox/clock.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { SmtpDialogue, sendMessage, signIn, submit, xoauth2 } from './smtp-dialogue.ts';
import { postTokenForm, tokenFor, tokenForm } from './token-request.ts';

const BILLING = 'billing@contoso.example';
const JANE = 'jane@fabrikam.example';
const sandbox: Sandbox = await startSandbox({ clock: new SandboxClock({ running: false }) });
after(() => sandbox.close());
beforeEach(() => sandbox.reset());

async function call(method: string, path: string, body?: object, headers: Record<string, string> = {}) {
  const response = await fetch(new URL(`/control/${path}`, sandbox.inboxUrl), {
    method,
    headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

async function authReply(): Promise<string> {
  const [client, reply] = await signIn(sandbox);
  client[Symbol.dispose]();
  return reply;
}

describe('The control API', () => {
  it('tells where the sandbox is', async () => {
    const { body } = await call('GET', 'settings');
    assert.equal(body.smtp_port, sandbox.smtpPort);
    assert.equal(body.client_secret, sandbox.clientSecret);
    assert.equal(body.ca_file, sandbox.caFile);
    assert.equal(body.authority_host, sandbox.authorityHost);
  });

  it('shows and changes the switches of a tenant', async () => {
    const { body } = await call('PATCH', 'tenants/contoso.example', { smtp_auth: false });
    assert.deepEqual([body.tenant_id, body.smtp_auth, body.security_defaults], [sandbox.tenantId, false, false]);
    assert.match(await authReply(), /disabled for the Tenant/);
    assert.deepEqual((await call('GET', 'tenants')).body.data, [body]);
  });

  it('changes what was done for an app, and after a time', async () => {
    await call('PATCH', 'tenants/contoso.example', { service_principal: 'missing', after: 900 });
    assert.match(await authReply(), /^235 /);
    assert.equal((await call('POST', 'clock', { advance: 900 })).body.advanced, 900);
    assert.match(await authReply(), /^535 5\.7\.3 /);
    const { body } = await call('GET', 'tenants/contoso.example');
    assert.equal(body.apps[0].service_principal, 'missing');
  });

  it('replaces secrets, which may expire', async () => {
    const expires_at = new Date(sandbox.clock.now() + 3_600_000).toISOString();
    const client_secrets = [{ value: sandbox.clientSecret, expires_at }];
    const { body } = await call('PATCH', 'tenants/contoso.example', { client_secrets });
    assert.deepEqual(body.apps[0].client_secrets, client_secrets);
    const status = async () => (await postTokenForm(sandbox, tokenForm(sandbox))).status;
    assert.equal(await status(), 200);
    await call('POST', 'clock', { advance: 3_600 });
    assert.equal(await status(), 401);
  });

  it('shows and changes rights on a mailbox, its limits, and the use of it', async () => {
    const patch = {
      send_as: ['Sales@contoso.example'],
      limits: { messages_per_minute: 1, minute: 10, excess: 'refuse' },
    };
    assert.equal((await call('PATCH', `mailboxes/${BILLING}`, patch)).status, 200);
    using client = await SmtpDialogue.authenticated(sandbox);
    assert.match(await submit(client, 'sales@contoso.example'), /^250 /);
    assert.match(await submit(client, BILLING), /^451 /);
    const { body } = await call('GET', `mailboxes/${BILLING}`);
    assert.deepEqual(body.apps, [
      { client_id: sandbox.clientId, full_access: true, send_as: ['sales@contoso.example'], rbac: false },
    ]);
    assert.deepEqual([body.limits.minute, body.limits.messages_per_minute], [10, 1]);
    assert.deepEqual([body.use.messages, body.use.excess, body.use.window_peak], [1, 1, 2]);
    assert.equal((await call('PATCH', `mailboxes/${BILLING}`, { full_access: false })).body.apps[0].full_access, false);
    assert.match(await authReply(), /^535 /);
  });

  it('shows and changes the limits of all mailboxes', async () => {
    const { body } = await call('PATCH', 'limits', { connections: 1, messages_per_minute: 30 });
    assert.deepEqual([body.connections, body.messages_per_minute, body.recipients_per_day], [1, 30, null]);
    assert.deepEqual((await call('GET', 'limits')).body, body);
    assert.equal(sandbox.limits().limits.connections, 1);
  });

  it('has the token endpoint behave, and revokes tokens', async () => {
    const ask = async () => await postTokenForm(sandbox, tokenForm(sandbox));
    const behaviour = { fault: 'entra-tenant-throttled', retry_after: 7 };
    assert.deepEqual((await call('PUT', 'entra', behaviour)).body, { ...behaviour, delay: 0 });
    const throttled = await ask();
    assert.deepEqual([throttled.status, throttled.headers['retry-after']], [429, '7']);
    assert.equal((await call('DELETE', 'entra')).status, 204);
    await call('PUT', 'entra', { token_lifetime: 400 });
    assert.equal(JSON.parse((await ask()).body).expires_in, 400);
    const [one, other]: string[] = [await tokenFor(sandbox), await tokenFor(sandbox)];
    const replyTo = async (token = '') => {
      using client = await SmtpDialogue.secured(sandbox);
      return (await client.say(`AUTH XOAUTH2 ${xoauth2(BILLING, token)}`)).slice(0, 3);
    };
    assert.equal((await call('POST', 'tokens/revoke', { token: one })).status, 204);
    assert.deepEqual([await replyTo(one), await replyTo(other)], ['535', '235']);
    assert.equal((await call('POST', 'tokens/revoke', {})).status, 204);
    assert.equal(await replyTo(other), '535');
  });

  it('answers the next commands as told, so many times and only where told', async () => {
    const reply = '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup';
    const added = await call('POST', 'replies', { at: 'rcpt', recipient: JANE, reply, times: 2 });
    assert.deepEqual([added.status, added.body.left], [201, 2]);
    using client = await SmtpDialogue.authenticated(sandbox);
    await client.say(`MAIL FROM:<${BILLING}>`);
    assert.match(await client.say('RCPT TO:<john@fabrikam.example>'), /^250 /);
    for (const expected of [reply, reply, '250 2.1.5 Recipient OK'])
      assert.equal(await client.say(`RCPT TO:<${JANE}>`), expected);
    assert.deepEqual((await call('GET', 'replies')).body.data, []);
  });

  it('plays at each point of the dialogue', async () => {
    const reply = '451 4.7.500 Server busy. {session}';
    await call('POST', 'replies', { at: 'auth', mailbox: BILLING, reply });
    assert.match(await authReply(), /^451 4\.7\.500 Server busy\. \[SBX0CA0001/);
    using client = await SmtpDialogue.authenticated(sandbox);
    for (const at of ['mail', 'data', 'final-dot']) await call('POST', 'replies', { at, reply });
    assert.match(await client.say(`MAIL FROM:<${BILLING}>`), /^451 /);
    await client.say(`MAIL FROM:<${BILLING}>`);
    await client.say(`RCPT TO:<${JANE}>`);
    assert.match(await client.say('DATA'), /^451 /);
    await client.say('DATA');
    assert.match(await client.say('Hello\r\n.'), /^451 /);
    assert.equal(sandbox.counts.messages, 0);
    await call('POST', 'replies', { at: 'mail', reply: '421 4.3.2 Service not available', closes: true });
    assert.match(await client.say(`MAIL FROM:<${BILLING}>`), /^421 /);
    await client.end();
  });

  it('breaks the connection behind the final dot, with the message or without it', async () => {
    for (const takes of [false, true]) {
      await call('POST', 'replies', { at: 'final-dot', recipient: '*@fabrikam.example', reply: null, takes });
      using client = await SmtpDialogue.authenticated(sandbox);
      sendMessage(client, BILLING);
      await client.end();
      assert.equal(sandbox.counts.messages, takes ? 1 : 0);
    }
  });

  it('delays an answer by its clock', async () => {
    await call('POST', 'replies', { at: 'mail', delay: 30 });
    using client = await SmtpDialogue.authenticated(sandbox);
    const reply = client.say(`MAIL FROM:<${BILLING}>`);
    while ((await call('GET', 'replies')).body.data.length > 0);
    await call('POST', 'clock', { advance: 30 });
    assert.match(await reply, /^250 /);
  });

  it('takes a scripted reply back', async () => {
    const { body } = await call('POST', 'replies', { at: 'mail', reply: '451 4.3.0 Later' });
    assert.equal((await call('DELETE', `replies/${body.id}`)).status, 204);
    assert.equal((await call('DELETE', `replies/${body.id}`)).status, 404);
    await call('POST', 'replies', { at: 'mail', reply: '451 4.3.0 Later' });
    assert.equal((await call('DELETE', 'replies')).status, 204);
    using client = await SmtpDialogue.authenticated(sandbox);
    assert.match(await client.say(`MAIL FROM:<${BILLING}>`), /^250 /);
  });

  it('lists caught messages by filter, and clears them', async () => {
    using client = await SmtpDialogue.authenticated(sandbox);
    await submit(client, BILLING, ['a@b.example', 'c@b.example']);
    await submit(client, BILLING);
    const found = async (query: string) => (await call('GET', `messages?${query}`)).body.data.length;
    assert.equal(await found(''), 2);
    assert.equal(await found('to=C@b.example'), 1);
    assert.equal(await found(`mailbox=${BILLING}&from=${BILLING}`), 2);
    assert.equal(await found('subject=invoice'), 0);
    assert.equal((await call('DELETE', 'messages')).status, 204);
    assert.equal(await found(''), 0);
  });

  it('has the inbox tell the failures it plays, and forget them', async () => {
    const refusals = () => sandbox.inbox.refusals.map(({ reply, authenticatedAs }) => [reply, authenticatedAs]);
    await call('POST', 'replies', { at: 'auth', reply: '535 5.7.3 Authentication unsuccessful {session}' });
    await authReply();
    assert.deepEqual(refusals(), [['535 5.7.3 Authentication unsuccessful', BILLING]]);
    await call('DELETE', 'messages');
    assert.deepEqual(refusals(), []);

    await call('POST', 'replies', { at: 'final-dot', reply: null, takes: true });
    using cut = await SmtpDialogue.authenticated(sandbox);
    await submit(cut, BILLING);
    await call('PATCH', 'limits', { messages_per_minute: 1, excess: 'refuse' });
    using busy = await SmtpDialogue.authenticated(sandbox);
    await submit(busy, BILLING);
    await submit(busy, BILLING);
    const serverBusy = '451 4.7.500 Server busy. Please try again later from [127.0.0.1]. (AS761)';
    assert.deepEqual(refusals(), [
      [null, BILLING],
      [serverBusy, BILLING],
    ]);
    assert.equal(sandbox.inbox.messages.length, 2);
    await call('POST', 'reset', {});
    assert.deepEqual(refusals(), []);
  });

  it('waits for a message to come, and for several', async () => {
    using client = await SmtpDialogue.authenticated(sandbox);
    const waiting = call('GET', `messages?to=${JANE}&count=2&wait=30`);
    await submit(client, BILLING, ['a@b.example']);
    await submit(client, BILLING);
    await submit(client, BILLING);
    assert.equal((await waiting).body.data.length, 2);
    assert.deepEqual((await call('GET', 'messages?to=x@b.example&wait=0.01')).body, { data: [] });
  });

  it('counts, and begins anew on a reset', async () => {
    using client = await SmtpDialogue.authenticated(sandbox);
    await submit(client, BILLING);
    await call('PATCH', `mailboxes/${BILLING}`, { smtp_auth: false, limits: { connections: 1 } });
    await call('POST', 'clock', { advance: 60 });
    const { body } = await call('GET', 'counters');
    assert.deepEqual([body.messages, body.authentication_attempts, body.token_requests], [1, 1, 1]);
    assert.deepEqual(Object.values(body.token_requests_by_tenant), [1]);
    assert.equal((await call('POST', 'reset', {})).status, 204);
    assert.equal((await call('GET', 'counters')).body.messages, 0);
    assert.equal((await call('GET', 'clock')).body.advanced, 0);
    const mailbox = (await call('GET', `mailboxes/${BILLING}`)).body;
    assert.deepEqual([mailbox.smtp_auth, mailbox.limits.connections, mailbox.use.messages], [null, null, 0]);
  });
});

describe('The control API refuses', () => {
  const mistakes: [string, string, object, string, RegExp][] = [
    [
      'an unknown field',
      'PATCH',
      { smtp_aut: true },
      'tenants/contoso.example',
      /^smtp_aut is not a field of this request$/,
    ],
    [
      'a value of another type',
      'PATCH',
      { smtp_auth: 'true' },
      'tenants/contoso.example',
      /^smtp_auth must be boolean$/,
    ],
    ['a value that is none of a few', 'PUT', { fault: 'x' }, 'entra', /^fault must be one of "connection-reset", /],
    [
      'a field inside another',
      'PATCH',
      { limits: { minute: 9 } },
      `mailboxes/${BILLING}`,
      /^limits\.minute must be >= 10$/,
    ],
    ['a missing field', 'POST', {}, 'clock', /^advance is missing$/],
    ['a reply that is none', 'POST', { at: 'mail', reply: '250 OK' }, 'replies', /code from 400 to 599/],
    ['a reply of two lines', 'POST', { at: 'mail', reply: '451 a\r\n250 b' }, 'replies', /one line/],
    [
      'a script that can never be played',
      'POST',
      { at: 'auth', recipient: JANE, reply: '451 x' },
      'replies',
      /not known at auth/,
    ],
    ['a script that says nothing', 'POST', { at: 'auth' }, 'replies', /reply or delay says/],
    [
      'what takes a message and refuses it',
      'POST',
      { at: 'rcpt', reply: null, takes: true },
      'replies',
      /^takes goes with/,
    ],
    ['a size above that of Exchange', 'PATCH', { message_size: 157_286_401 }, 'limits', /157286400 at most/],
  ];
  for (const [what, method, body, path, words] of mistakes) {
    it(`${what}, by name`, async () => {
      const answer = await call(method, path, body);
      assert.equal(answer.status, 400);
      assert.match(answer.body.error, words);
    });
  }

  it('names that are not there, and says which are', async () => {
    const tenant = await call('GET', 'tenants/x.example');
    assert.equal(tenant.status, 404);
    assert.match(tenant.body.error, /there are: contoso\.example$/);
    assert.equal((await call('PATCH', 'mailboxes/x@y.example', { rbac: true })).status, 404);
    const route = await call('GET', 'mailbox');
    assert.match(route.body.error, /there are: .*GET \/control\/mailboxes\/:address/);
  });

  it('pages of other sites', async () => {
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'http://127.0.0.1:1' },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      assert.equal((await call('GET', 'settings', undefined, headers)).status, 403);
      assert.equal((await call('POST', 'reset', {}, headers)).status, 403);
    }
    const own = new URL(sandbox.inboxUrl).origin;
    assert.equal((await call('GET', 'settings', undefined, { origin: own })).status, 200);
  });

  it('what a form can send, and what is no JSON', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp']) {
      const response = await fetch(new URL('/control/reset', sandbox.inboxUrl), {
        method: 'POST',
        headers: { 'content-type': type },
        body: '{}',
      });
      assert.equal(response.status, 415);
    }
    assert.equal((await fetch(new URL('/control/reset', sandbox.inboxUrl), { method: 'POST' })).status, 415);
    const broken = await fetch(new URL('/control/reset', sandbox.inboxUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    assert.equal(broken.status, 400);
  });

  it('another host name that leads here', async () => {
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    const url = new URL('/control/settings', sandbox.inboxUrl);
    request(url, { headers: { host: `rebound.example:${url.port}` } }, (response) => {
      resolve(response.resume().statusCode);
    }).end();
    assert.equal(await promise, 421);
  });
});
