import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { SmtpDialogue, xoauth2 } from './smtp-dialogue.ts';
import { tokenFor } from './token-request.ts';

const TAIL = /\[SBX0CA0001\.sandbox\.prod\.outlook\.com \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z 08DD[0-9A-F]{12}\]/;

/** The reply without its `[host timestamp id]`, which it must have. */
function withoutTail(reply: string): string {
  assert.match(reply, new RegExp(`${TAIL.source}$`));
  return reply.replace(TAIL, '').trimEnd();
}

describe('The submission server', () => {
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox.close());

  const message = (to = 'jane@fabrikam.example') =>
    `MAIL FROM:<${sandbox.mailbox}>\r\nRCPT TO:<${to}>\r\nDATA\r\n` +
    `From: Billing <${sandbox.mailbox}>\r\nMessage-ID: <4711@contoso.example>\r\n\r\nHello\r\n.\r\n`;

  describe('before STARTTLS', () => {
    it('greets as Exchange does', async () => {
      using client = await SmtpDialogue.open(sandbox);
      assert.match(
        await client.reply(),
        /^220 SBX0CA0001\.sandbox\.prod\.outlook\.com Microsoft ESMTP MAIL Service ready at \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000 \[08DD[0-9A-F]{12}\]$/,
      );
    });

    it('offers STARTTLS and no AUTH', async () => {
      using client = await SmtpDialogue.open(sandbox);
      await client.reply();
      assert.deepEqual((await client.say('EHLO client.example')).split('\n'), [
        '250-SBX0CA0001.sandbox.prod.outlook.com Hello [127.0.0.1]',
        '250-SIZE 157286400',
        '250-PIPELINING',
        '250-DSN',
        '250-ENHANCEDSTATUSCODES',
        '250-STARTTLS',
        '250-8BITMIME',
        '250-BINARYMIME',
        '250-CHUNKING',
        '250 SMTPUTF8',
      ]);
    });

    it('wants STARTTLS before AUTH and MAIL', async () => {
      using client = await SmtpDialogue.open(sandbox);
      await client.reply();
      await client.say('EHLO client.example');
      const expected = '451 5.7.3 Must issue a STARTTLS command first';
      assert.equal(withoutTail(await client.say('AUTH XOAUTH2')), expected);
      assert.equal(withoutTail(await client.say(`MAIL FROM:<${sandbox.mailbox}>`)), expected);
    });

    it('refuses a name in EHLO that is no domain', async () => {
      using client = await SmtpDialogue.open(sandbox);
      await client.reply();
      assert.equal(withoutTail(await client.say('EHLO my_host')), '501 5.5.4 Invalid domain name');
      assert.match(await client.say('EHLO [192.0.2.7]'), /^250-/);
    });
  });

  describe('STARTTLS', () => {
    it('says it is ready, then offers AUTH and no more STARTTLS', async () => {
      using client = await SmtpDialogue.open(sandbox);
      await client.reply();
      await client.say('EHLO client.example');
      assert.equal(await client.say('STARTTLS'), '220 2.0.0 SMTP server ready');
      await client.upgrade();
      assert.deepEqual((await client.say('EHLO client.example')).split('\n').slice(1), [
        '250-SIZE 157286400',
        '250-PIPELINING',
        '250-DSN',
        '250-ENHANCEDSTATUSCODES',
        '250-AUTH LOGIN XOAUTH2',
        '250-8BITMIME',
        '250-BINARYMIME',
        '250-CHUNKING',
        '250 SMTPUTF8',
      ]);
      assert.equal(withoutTail(await client.say('STARTTLS')), '503 5.5.1 Bad sequence of commands');
    });

    it('discards what was injected in clear behind it', async () => {
      using client = await SmtpDialogue.open(sandbox);
      await client.reply();
      await client.say('EHLO client.example');
      client.send('STARTTLS\r\nEHLO injected.example\r\nNOOP\r\n');
      assert.equal(await client.reply(), '220 2.0.0 SMTP server ready');
      await client.upgrade();
      assert.equal(withoutTail(await client.say('AUTH XOAUTH2')), '503 5.5.2 Send hello first');
      assert.match(await client.say('EHLO client.example'), /^250-/);
    });
  });

  describe('AUTH', () => {
    it('takes XOAUTH2 with an initial response', async () => {
      using client = await SmtpDialogue.secured(sandbox);
      const reply = await client.say(`AUTH XOAUTH2 ${xoauth2(sandbox.mailbox, await tokenFor(sandbox))}`);
      assert.equal(reply, '235 2.7.0 Authentication successful');
    });

    it('takes XOAUTH2 in answer to an empty challenge', async () => {
      using client = await SmtpDialogue.secured(sandbox);
      assert.equal(await client.say('AUTH XOAUTH2'), '334');
      const reply = await client.say(xoauth2(sandbox.mailbox.toUpperCase(), await tokenFor(sandbox)));
      assert.equal(reply, '235 2.7.0 Authentication successful');
    });

    it('answers a straight 535, and can be tried again', async () => {
      using client = await SmtpDialogue.secured(sandbox);
      const token = await tokenFor(sandbox);
      const expected = '535 5.7.3 Authentication unsuccessful';
      const wrong = [
        [sandbox.mailbox, randomUUID()],
        [sandbox.mailbox, `${token.slice(0, -8)}AAAAAAAA`],
        ['somebody@contoso.example', token],
        [sandbox.mailbox, await tokenFor(sandbox, { scope: 'https://graph.microsoft.com/.default' })],
      ] as const;
      for (const [user, value] of wrong) {
        assert.equal(withoutTail(await client.say(`AUTH XOAUTH2 ${xoauth2(user, value)}`)), expected);
      }
      assert.match(await client.say(`AUTH XOAUTH2 ${xoauth2(sandbox.mailbox, token)}`), /^235 /);
    });

    it('refuses a token of another sandbox', async () => {
      await using other = await startSandbox({ tenantId: sandbox.tenantId, clientId: sandbox.clientId });
      using client = await SmtpDialogue.secured(sandbox);
      assert.match(
        await client.say(`AUTH XOAUTH2 ${xoauth2(sandbox.mailbox, await tokenFor(other))}`),
        /^535 5\.7\.3 /,
      );
    });

    it('takes its time with a 535 when told so', async () => {
      await using slow = await startSandbox({ authenticationFailureDelay: 40 });
      using client = await SmtpDialogue.secured(slow);
      const started = performance.now();
      assert.match(await client.say(`AUTH XOAUTH2 ${xoauth2(slow.mailbox, randomUUID())}`), /^535 /);
      assert.ok(performance.now() - started >= 35);
    });

    it('answers a cancelled exchange with 535', async () => {
      using client = await SmtpDialogue.secured(sandbox);
      await client.say('AUTH XOAUTH2');
      assert.equal(withoutTail(await client.say('*')), '535 5.7.3 Authentication unsuccessful');
    });

    it('answers what is no Base64 with 501 and what is no XOAUTH2 with 451', async () => {
      using client = await SmtpDialogue.secured(sandbox);
      assert.equal(withoutTail(await client.say('AUTH XOAUTH2 !!!')), '501 5.5.124 Invalid XOAUTH2 auth data');
      const expected = '451 4.7.0 Temporary server error. Please try again later. PRX4';
      const noToken = Buffer.from(`user=${sandbox.mailbox}\x01\x01`).toString('base64');
      assert.equal(withoutTail(await client.say(`AUTH XOAUTH2 ${noToken}`)), expected);
      await client.say('AUTH XOAUTH2');
      assert.equal(withoutTail(await client.say('')), expected);
    });

    it('knows no other mechanism, and refuses passwords', async () => {
      using client = await SmtpDialogue.secured(sandbox);
      assert.equal(withoutTail(await client.say('AUTH PLAIN AGEAYg==')), '504 5.7.4 Unrecognized authentication type');
      assert.equal(await client.say('AUTH LOGIN'), '334 VXNlcm5hbWU6');
      assert.equal(await client.say('YQ=='), '334 UGFzc3dvcmQ6');
      assert.match(
        await client.say('Yg=='),
        /^535 5\.7\.139 Authentication unsuccessful, basic authentication is disabled/,
      );
    });
  });

  describe('a transaction', () => {
    it('needs authentication', async () => {
      using client = await SmtpDialogue.secured(sandbox);
      const replies = ['MAIL FROM:<a@b.example>', 'RCPT TO:<a@b.example>', 'DATA', 'BDAT 3 LAST'];
      client.send(`${replies.join('\r\n')}\r\nabcNOOP\r\n`);
      assert.deepEqual((await client.replies(4)).map(withoutTail), [
        '530 5.7.57 Client not authenticated to send mail.',
        '503 5.5.1 Bad sequence of commands',
        '503 5.5.1 Bad sequence of commands',
        '503 5.5.1 Bad sequence of commands',
      ]);
      assert.equal(await client.reply(), '250 2.0.0 OK');
    });

    it('answers as Exchange does', async () => {
      using client = await SmtpDialogue.authenticated(sandbox);
      assert.equal(await client.say(`MAIL FROM:<${sandbox.mailbox}> SIZE=100 BODY=8BITMIME`), '250 2.1.0 Sender OK');
      assert.equal(
        await client.say('RCPT TO:<jane@fabrikam.example> NOTIFY=SUCCESS,FAILURE'),
        '250 2.1.5 Recipient OK',
      );
      assert.equal(await client.say('DATA'), '354 Start mail input; end with <CRLF>.<CRLF>');
      assert.equal(
        await client.say(`From: ${sandbox.mailbox}\r\nMessage-ID: <1@contoso.example>\r\n\r\n.`),
        '250 2.0.0 OK <1@contoso.example> [Hostname=SBX0CA0001.SANDBOX.PROD.OUTLOOK.COM]',
      );
      assert.equal(await client.say('QUIT'), '221 2.0.0 Service closing transmission channel');
      await client.end();
    });

    it('answers commands that come in one piece, in their order', async () => {
      using client = await SmtpDialogue.authenticated(sandbox);
      client.send(`${message()}${message('john@fabrikam.example')}NOOP\r\nRSET\r\nQUIT\r\n`);
      assert.deepEqual(
        (await client.replies(11)).map((reply) => reply.slice(0, 3)),
        [...['250', '250', '354', '250'], ...['250', '250', '354', '250'], ...['250', '250', '221']],
      );
    });

    it('keeps the envelope, the session and the bytes', async () => {
      using client = await SmtpDialogue.authenticated(sandbox);
      const arrival = sandbox.inbox.next();
      const content = Buffer.concat([
        Buffer.from(`From: ${sandbox.mailbox}\r\nSubject: x\r\n\r\n`),
        Buffer.from([0x00, 0xff, 0xfe, 0x80, 0x0a, 0x0d, 0x41, 0x0d, 0x0a]),
      ]);
      client.send(`MAIL FROM:<${sandbox.mailbox}> SIZE=60 SMTPUTF8 RET=HDRS ENVID=4711\r\n`);
      client.send(
        'RCPT TO:<jörg@fabrikam.example>\r\nRCPT TO:<b@fabrikam.example> ORCPT=rfc822;b@b.example\r\nDATA\r\n',
      );
      client.send(Buffer.concat([content, Buffer.from('.\r\n')]));
      const caught = await arrival;
      assert.deepEqual(caught.raw, content);
      assert.equal(caught.envelope.mailFrom, sandbox.mailbox);
      assert.deepEqual(caught.envelope.rcptTo, ['jörg@fabrikam.example', 'b@fabrikam.example']);
      assert.deepEqual(Object.fromEntries(caught.envelope.parameters), {
        SIZE: '60',
        SMTPUTF8: '',
        RET: 'HDRS',
        ENVID: '4711',
      });
      assert.equal(caught.session.ehlo, 'client.example');
      assert.equal(caught.session.authenticatedAs, sandbox.mailbox);
      assert.equal(caught.session.tlsProtocol, 'TLSv1.3');
      assert.equal(caught.session.command, 'DATA');
    });

    it('ends data only at CRLF, dot, CRLF, and unstuffs dots only behind CRLF', async () => {
      using client = await SmtpDialogue.authenticated(sandbox);
      const arrival = sandbox.inbox.next();
      const wire = `From: ${sandbox.mailbox}\r\n\r\na\n.\nb\r\n.\nc\n.\r\nd\r.\re\r\n..\r\n...f\n..g\r\n.\r\n`;
      client.send(`MAIL FROM:<${sandbox.mailbox}>\r\nRCPT TO:<jane@fabrikam.example>\r\nDATA\r\n${wire}`);
      const { raw } = await arrival;
      assert.equal(raw.toString(), `From: ${sandbox.mailbox}\r\n\r\na\n.\nb\r\n\nc\n.\r\nd\r.\re\r\n.\r\n..f\n..g\r\n`);
      assert.equal(sandbox.inbox.messages.at(-1)?.raw, raw);
    });

    it('finds the end of data however it is cut into segments', async () => {
      using client = await SmtpDialogue.authenticated(sandbox);
      await client.say(`MAIL FROM:<${sandbox.mailbox}>`);
      await client.say('RCPT TO:<jane@fabrikam.example>');
      await client.say('DATA');
      const arrival = sandbox.inbox.next();
      for (const character of '..a\r\n\r\n.\r\n') {
        client.send(character);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      assert.equal((await arrival).raw.toString(), '.a\r\n\r\n');
    });

    it('takes an empty message', async () => {
      using client = await SmtpDialogue.authenticated(sandbox);
      const arrival = sandbox.inbox.next();
      client.send(`MAIL FROM:<${sandbox.mailbox}>\r\nRCPT TO:<jane@fabrikam.example>\r\nDATA\r\n.\r\n`);
      assert.equal((await arrival).raw.length, 0);
    });

    it('takes chunks, dots and all', async () => {
      using client = await SmtpDialogue.authenticated(sandbox);
      const first = `From: ${sandbox.mailbox}\r\n\r\n`;
      const second = '.a\r\n.\r\n\0';
      const arrival = sandbox.inbox.next();
      client.send(`MAIL FROM:<${sandbox.mailbox}> BODY=BINARYMIME\r\nRCPT TO:<jane@fabrikam.example>\r\n`);
      client.send(`BDAT ${first.length}\r\n${first}BDAT ${second.length} LAST\r\n${second}NOOP\r\n`);
      const replies = await client.replies(5);
      assert.equal(replies[2], `250 2.6.0 CHUNK received OK, ${first.length} octets`);
      assert.match(replies[3] ?? '', /^250 2\.0\.0 OK <.+> \[Hostname=/);
      assert.equal(replies[4], '250 2.0.0 OK');
      const caught = await arrival;
      assert.equal(caught.raw.toString(), first + second);
      assert.equal(caught.session.command, 'BDAT');
    });

    it('does not mix chunks with DATA, nor binary content with it', async () => {
      using client = await SmtpDialogue.authenticated(sandbox);
      client.send(`MAIL FROM:<${sandbox.mailbox}>\r\nRCPT TO:<jane@fabrikam.example>\r\nBDAT 1\r\nxDATA\r\nRSET\r\n`);
      assert.equal(withoutTail((await client.replies(5))[3] ?? ''), '503 5.5.1 Bad sequence of commands');
      client.send(`MAIL FROM:<${sandbox.mailbox}> BODY=BINARYMIME\r\nRCPT TO:<jane@fabrikam.example>\r\nDATA\r\n`);
      assert.equal(withoutTail((await client.replies(3))[2] ?? ''), '503 5.5.1 Bad sequence of commands');
    });

    it('keeps the order of commands', async () => {
      using client = await SmtpDialogue.authenticated(sandbox);
      assert.equal(withoutTail(await client.say('RCPT TO:<a@b.example>')), '503 5.5.2 Need mail command');
      assert.equal(withoutTail(await client.say('DATA')), '503 5.5.2 Need mail command');
      await client.say(`MAIL FROM:<${sandbox.mailbox}>`);
      assert.equal(withoutTail(await client.say('DATA')), '503 5.5.2 Need rcpt command');
      const again = await client.say(`MAIL FROM:<${sandbox.mailbox}>`);
      assert.equal(withoutTail(again), '503 5.5.2 Sender already specified');
      assert.equal(await client.say('RSET'), '250 2.0.0 Resetting');
      assert.equal(await client.say(`MAIL FROM:<${sandbox.mailbox}>`), '250 2.1.0 Sender OK');
    });

    it('refuses a size above its limit, wrong arguments and wrong addresses', async () => {
      using client = await SmtpDialogue.authenticated(sandbox);
      const refusals: [string, string][] = [
        [`MAIL FROM:<${sandbox.mailbox}> SIZE=157286401`, '552 5.3.4 Message size exceeds fixed maximum message size'],
        [`MAIL FROM:${sandbox.mailbox}`, '501 5.5.4 Invalid arguments'],
        [`MAIL FROM:<${sandbox.mailbox}> XYZ=1`, '501 5.5.4 Unrecognized parameter'],
        ['MAIL FROM:<billing>', '501 5.1.7 Invalid address'],
      ];
      for (const [command, expected] of refusals) assert.equal(withoutTail(await client.say(command)), expected);
      assert.match(await client.say(`MAIL FROM:<${sandbox.mailbox}> SIZE=157286400`), /^250 /);
      assert.equal(withoutTail(await client.say('RCPT TO:<jane>')), '501 5.1.3 Invalid address');
    });

    it('takes 500 recipients and no more', async () => {
      using client = await SmtpDialogue.authenticated(sandbox);
      const recipients = Array.from({ length: 501 }, (_, index) => `RCPT TO:<r${index}@fabrikam.example>\r\n`);
      client.send(`MAIL FROM:<${sandbox.mailbox}>\r\n${recipients.join('')}`);
      const replies = (await client.replies(502)).slice(1);
      assert.equal(replies.filter((reply) => reply === '250 2.1.5 Recipient OK').length, 500);
      assert.equal(withoutTail(replies[500] ?? ''), '452 4.5.3 Too many recipients');
    });

    it('denies who is not the mailbox, in MAIL or in From', async () => {
      using client = await SmtpDialogue.authenticated(sandbox);
      const before = sandbox.inbox.messages.length;
      const denied = (from: string) =>
        new RegExp(
          `^554 5\\.2\\.252 SendAsDenied; ${sandbox.mailbox} not allowed to send as ${from}; STOREDRV.*Cannot submit message\\..*\\[Hostname=SBX0CA0001`,
        );
      client.send('MAIL FROM:<ceo@contoso.example>\r\nRCPT TO:<jane@fabrikam.example>\r\nDATA\r\n\r\nHello\r\n.\r\n');
      assert.match((await client.replies(4))[3] ?? '', denied('ceo@contoso\\.example'));
      client.send(message().replace(`Billing <${sandbox.mailbox}>`, `"${sandbox.mailbox}"\r\n <ceo@contoso.example>`));
      assert.match((await client.replies(4))[3] ?? '', denied('ceo@contoso\\.example'));
      assert.equal(sandbox.inbox.messages.length, before);
    });

    it('makes one line of what a message puts into a reply', async () => {
      using client = await SmtpDialogue.authenticated(sandbox);
      client.send(message().replace('<4711@contoso.example>', '<a\n250 b\x07>'));
      const [reply] = (await client.replies(4)).slice(3);
      assert.match(reply ?? '', /^250 2\.0\.0 OK [\x20-\x7e]+$/);
      assert.equal(await client.say('NOOP'), '250 2.0.0 OK');
    });
  });

  it('answers what is no command, and the few that do nothing', async () => {
    using client = await SmtpDialogue.secured(sandbox);
    assert.equal(withoutTail(await client.say('FROB x')), "500 5.3.3 Unrecognized command 'FROB'");
    assert.equal(await client.say('NOOP'), '250 2.0.0 OK');
    assert.equal(await client.say('VRFY jane'), '252 2.1.5 Cannot VRFY user');
    assert.match(await client.say('HELP'), /^214-/);
    assert.match(await client.say('HELO client.example'), /^250 SBX0CA0001/);
  });

  it('gives up on a line without end', async () => {
    using client = await SmtpDialogue.open(sandbox);
    await client.reply();
    client.send('x'.repeat(40_000));
    assert.equal(withoutTail(await client.reply()), '500 5.3.3 Line too long');
    await client.end();
  });

  it('counts connections, authentications and messages', async () => {
    const before = { ...sandbox.counts };
    using client = await SmtpDialogue.authenticated(sandbox);
    client.send(message());
    await client.replies(4);
    assert.equal(sandbox.counts.connections, before.connections + 1);
    assert.equal(sandbox.counts.authenticationAttempts, before.authenticationAttempts + 1);
    assert.equal(sandbox.counts.messages, before.messages + 1);
  });
});
