/** What an operator meets on the command line: refusals to start, keys, help, and a stop that finishes what was begun. */

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { makeApiKey } from '../../src/commands/key.ts';
import { settingsFor } from '../../src/commands/practice-settings.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { scenarios } from '../../src/sandbox/scenarios.ts';
import { RelayProcess } from './relay-process.ts';

const LAUNCHER = resolve(import.meta.dirname, '../../bin/exo-relay.js');
const OUTSIDE = mkdtempSync(join(tmpdir(), 'exo-relay-command-'));

function run(args: readonly string[], env: Record<string, string> = {}, cwd = OUTSIDE) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [LAUNCHER, ...args], { env, cwd, encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('the command line', () => {
  test('refuses to start without configuration, lists every mistake and exits with 78', () => {
    const { status, stderr } = run([]);
    assert.equal(status, 78);
    assert.match(stderr, /^exo-relay cannot start: 5 mistakes in the configuration\.$/m);
    for (const name of ['TENANT_ID', 'CLIENT_ID', 'CLIENT_SECRET', 'MAILBOX', 'API_KEY']) {
      assert.match(stderr, new RegExp(`^ {2}${name}: is not set`, 'm'));
    }
  });

  test('makes a key and its SHA-256', () => {
    const { status, stdout } = run(['key']);
    const key = /^ {2}(exo_[\w-]{43})$/m.exec(stdout)?.[1] ?? '';
    assert.equal(status, 0);
    assert.match(stdout, new RegExp(`API_KEY_SHA256=${createHash('sha256').update(key).digest('hex')}`));
  });

  test('helps with every setting and every failure to practise', () => {
    const { status, stdout } = run(['--help']);
    assert.equal(status, 0);
    for (const { name } of scenarios.filter(({ trigger }) => trigger === 'recipient'))
      assert.match(stdout, new RegExp(name));
    assert.match(stdout, /EXTRA_CA_FILE/);
  });

  test('refuses a command or an option it does not know', () => {
    assert.equal(run(['serv']).status, 64);
    assert.match(run(['serv']).stderr, /knows no command "serv"/);
    assert.equal(run(['sandbox', '--mailbx=a@b.example']).status, 64);
    for (const option of ['--server=nothing', '--entra=nothing', '--relay=maybe', '--limits=maybe', '--minute=5']) {
      const { status, stderr } = run(['sandbox', option]);
      assert.equal(status, 64);
      assert.match(stderr, new RegExp(`^${option} is n`));
    }
  });

  test('says so when the port is taken', async () => {
    await using sandbox = await startSandbox();
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    assert.ok(address && typeof address === 'object');
    const started = RelayProcess.start({ ...settingsFor(sandbox), PORT: String(address.port) });
    await assert.rejects(started, new RegExp(`ended with 69: .*127\\.0\\.0\\.1:${address.port}`));
    server.close();
  });

  test('reads .env in the folder it is started in, and the environment before it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'exo-relay-dotenv-'));
    writeFileSync(join(folder, '.env'), 'MAILBOX=not-an-address\nSMTP_PORT=0\n');
    const { stderr } = run([], { SMTP_PORT: '70000' }, folder);
    assert.match(stderr, /^ {2}MAILBOX: "not-an-address"/m);
    assert.match(stderr, /^ {2}SMTP_PORT: "70000"/m);
  });
});

test('a relay told to stop answers what it has begun, then exits with 0', async () => {
  await using sandbox = await startSandbox({ authenticationFailureDelay: 300 });
  const mailbox = 'smtp-auth-unsuccessful@contoso.example';
  const relay = await RelayProcess.start({ ...settingsFor(sandbox), MAILBOX: mailbox });
  const answer = relay.send({ from: mailbox, to: 'jane@fabrikam.example', subject: 'Invoice', text: 'Hello' });
  await relay.event('token-acquired');
  const code = await relay.stop('SIGTERM');
  assert.equal((await answer).body.code, 'smtp-auth-unsuccessful');
  assert.equal(code, 0);
  assert.deepEqual(
    relay.log.slice(-1).map(({ event }) => event),
    ['relay-stopped'],
  );
});

test('no log line holds a secret, a subject or a body', async () => {
  await using sandbox = await startSandbox();
  const relay = await RelayProcess.start({ ...settingsFor(sandbox), LOG_LEVEL: 'trace' });
  const { key } = makeApiKey();
  const message = { from: sandbox.mailbox, subject: 'Secret subject', text: 'Secret text', html: 'Secret html' };
  await relay.send({ ...message, to: 'jane@fabrikam.example' });
  await relay.send({ ...message, to: 'send-as-denied@fabrikam.example' });
  await relay.send({ ...message, to: 'jane@fabrikam.example' }, { authorization: `Bearer ${key}` });
  await relay.stop();
  const log = JSON.stringify(relay.log);
  assert.equal(relay.events('request-answered').length, 3);
  for (const secret of ['Secret', key, relay.key, sandbox.clientSecret, 'eyJ'])
    assert.equal(log.includes(secret), false, secret);
});

describe('the sandbox command', () => {
  test('has a relay that paces by the minute of its practice', async () => {
    const child = spawn(process.execPath, [LAUNCHER, 'sandbox', '--json', '--minute=10'], {
      cwd: OUTSIDE,
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ready = Promise.withResolvers<Record<'relay_url' | 'api_key' | 'mailbox', string>>();
    createInterface(child.stdout).on('line', (text) => {
      const line = JSON.parse(text);
      if (line.event === 'sandbox-ready') ready.resolve(line);
    });
    const { relay_url, api_key, mailbox } = await ready.promise;
    const send = () =>
      fetch(`${relay_url}/send`, {
        method: 'POST',
        headers: { authorization: `Bearer ${api_key}`, 'content-type': 'application/json', prefer: 'wait=1' },
        body: JSON.stringify({ from: mailbox, to: 'jane@fabrikam.example', text: 'Hello', retry: false }),
      });
    let answer = await send();
    for (let sent = 0; answer.status === 200 && sent < 100; sent += 1) answer = await send();
    const { code, retry_after } = Object(await answer.json());
    child.kill('SIGINT');
    await once(child, 'exit');
    assert.equal(code, 'mailbox-paced');
    assert.ok(retry_after >= 1 && retry_after <= 10, String(retry_after));
  });

  const curlIsMissing = spawnSync('curl', ['--version']).error !== undefined;
  if (curlIsMissing && process.env.CI === 'true') throw new Error('curl is missing: apt-get install curl');

  test('prints a curl that works and one that fails beautifully', {
    skip: curlIsMissing && 'curl is not installed: apt-get install curl',
  }, async () => {
    const child = spawn(process.execPath, [LAUNCHER, 'sandbox'], {
      cwd: OUTSIDE,
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    const ready = Promise.withResolvers<void>();
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      printed += chunk;
      if (printed.includes('Stop with Ctrl+C')) ready.resolve();
    });
    await ready.promise;
    const commands = printed.match(/ {2}curl .*?'$/gms) ?? [];
    const answers = commands
      .slice(0, 2)
      .map((command) => JSON.parse(spawnSync('sh', ['-c', command], { encoding: 'utf8' }).stdout));
    child.kill('SIGINT');
    const [code] = await once(child, 'exit');

    assert.equal(commands.length, 3);
    assert.match(commands[2] ?? '', /\/mailboxes\/billing@contoso\.example\/resume/);
    assert.equal(answers[0].status, 'submitted');
    assert.equal(answers[1].code, 'send-as-denied');
    assert.ok(answers[1].remedy.powershell.some((line: string) => line.startsWith('Add-RecipientPermission')));
    assert.equal(code, 0);
  });
});
