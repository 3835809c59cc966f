/** Connections are reused, bounded and never shared, and whoever waits for one is served in turn or told that none became free. */

import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { describe, test } from 'node:test';
import { failureOf } from '../../failure-of.ts';
import { drop, fin, type Move, type ScriptedServer, scriptedServer, stall } from './scripted-server.ts';
import { submissionClient, type TestClient, token, transaction } from './submissions.ts';

/** A server that answers the final dot when it is told to. */
function held(): { readonly move: Move; readonly release: () => void; arrived(count: number): Promise<void> } {
  const waiting: Socket[] = [];
  let onArrival = (): void => {};
  return {
    move: ({ socket }) => {
      waiting.push(socket);
      onArrival();
      return 'listens on';
    },
    release: () => {
      for (const socket of waiting.splice(0)) socket.write('250 2.0.0 taken\r\n');
    },
    arrived: (count) =>
      new Promise((resolve) => {
        onArrival = () => {
          if (waiting.length >= count) resolve();
        };
        onArrival();
      }),
  };
}

const mailboxes = (count: number) => Array.from({ length: count }, (_, index) => `m${index}@contoso.example`);

function submit(relay: TestClient, { port }: ScriptedServer, mailbox: string) {
  return relay.client.submit(transaction(port, { mailbox }));
}

describe('connections', () => {
  test('of different mailboxes are never shared, not even at the same server', async () => {
    await using server = await scriptedServer();
    await using relay = submissionClient();
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(mailboxes(20).map((mailbox) => submit(relay, server, mailbox)));
    }
    assert.equal(server.count.total, 20);
    for (const users of server.users) assert.equal(new Set(users).size, 1);
    assert.equal(new Set(server.users.flat()).size, 20);
  });

  test('of one mailbox in two tenants, or at two servers, are not shared either', async () => {
    await using one = await scriptedServer();
    await using other = await scriptedServer();
    await using relay = submissionClient();
    const { route, ...rest } = transaction(one.port);
    const elsewhere = { ...route, tenant: { ...route.tenant, name: 'fabrikam' } };
    await relay.client.submit({ ...rest, route });
    await relay.client.submit({ ...rest, route: elsewhere });
    await relay.client.submit(transaction(other.port));
    assert.equal(one.count.total, 2);
    assert.equal(other.count.total, 1);
  });

  test('of two thousand mailboxes in turn stay within their number and are forgotten', async () => {
    await using server = await scriptedServer();
    await using relay = submissionClient({ maxConnections: 50 });
    const names = mailboxes(2_000);
    const next = async (): Promise<void> => {
      for (let mailbox = names.pop(); mailbox; mailbox = names.pop()) {
        const { route, ...rest } = transaction(server.port, { mailbox });
        // An address spares two thousand questions to the resolver.
        await relay.client.submit({ ...rest, route: { ...route, tenant: { ...route.tenant, smtpHost: '127.0.0.1' } } });
      }
    };
    await Promise.all(Array.from({ length: 25 }, next));
    assert.equal(server.count.total, 2_000);
    assert.ok(server.count.most <= 50, `${server.count.most}`);
    assert.ok(relay.client.counts.open <= 50);
    await relay.client.close();
    assert.deepEqual(relay.client.counts, { open: 0, busy: 0, waiting: 0 });
  });

  test('of one mailbox are as many as its route allows', async () => {
    for (const maxConnections of [1, 5]) {
      await using server = await scriptedServer();
      await using relay = submissionClient();
      const { route, ...rest } = transaction(server.port);
      const one = { ...rest, route: { ...route, maxConnections } };
      await Promise.all(Array.from({ length: 20 }, () => relay.client.submit(one)));
      assert.equal(server.count.most, maxConnections);
      assert.equal(server.contents.length, 20);
    }
  });

  test('make room by the one that is idle for the longest time', async () => {
    await using server = await scriptedServer();
    await using relay = submissionClient({ maxConnections: 2 });
    for (const mailbox of ['a@x.example', 'b@x.example', 'a@x.example', 'c@x.example', 'a@x.example']) {
      await submit(relay, server, mailbox);
    }
    assert.equal(server.count.total, 3);
    assert.deepEqual(
      relay.told('connectionClosed').map(({ mailbox, reason }) => [mailbox, reason]),
      [['b@x.example', 'another mailbox needs its place']],
    );
  });

  test('go round between mailboxes, however many messages one of them has', async () => {
    await using server = await scriptedServer();
    await using relay = submissionClient({ maxConnections: 3 });
    const done: string[] = [];
    const many = Array.from({ length: 300 }, () =>
      submit(relay, server, 'many@x.example').then(() => done.push('many')),
    );
    const few = mailboxes(5).map((mailbox) => submit(relay, server, mailbox).then(() => done.push(mailbox)));
    await Promise.all(few);
    assert.ok(done.filter((name) => name === 'many').length < 150, 'the few did not wait for the many');
    await Promise.all(many);
    assert.ok(server.count.most <= 3);
  });

  test('are asked a token for in the place of the mailbox and before that of the process', async () => {
    await using server = await scriptedServer();
    await using relay = submissionClient({ maxConnections: 1 });
    const slow = Promise.withResolvers<typeof token>();
    const waiting = relay.client.submit(
      transaction(server.port, { mailbox: 'slow@x.example', token: () => slow.promise }),
    );
    await submit(relay, server, 'other@x.example');
    assert.equal(relay.client.counts.open, 1);
    slow.resolve(token);
    await waiting;
    assert.equal(server.count.total, 2);
  });

  test('that die while idle cost no message', async () => {
    for (const move of [drop, fin]) {
      await using server = await scriptedServer((connection) => (connection === 1 ? { rset: move } : {}));
      await using relay = submissionClient();
      await submit(relay, server, 'a@x.example');
      server.play(move);
      await server.gone(1);
      assert.equal((await submit(relay, server, 'a@x.example')).reply?.code, 250);
      assert.equal(server.count.total, 2);
    }
  });

  for (const [what, move] of [
    ['reset', drop],
    ['closed', fin],
    ['silent', stall],
    ['421', '421 4.4.1 Connection timed out'],
  ] as const) {
    test(`that turn out to be dead at MAIL (${what}) are replaced once, and only when they were used before`, async () => {
      let mails = 0;
      const atSecond: Move = (connection) => {
        mails += 1;
        if (mails === 1) {
          connection.socket.write('250 2.1.0 fine\r\n');
          return 'listens on';
        }
        if (typeof move === 'string') connection.socket.end(`${move}\r\n`);
        else move(connection);
        return undefined;
      };
      await using server = await scriptedServer((connection) => (connection === 1 ? { mail: atSecond } : {}));
      await using relay = submissionClient({ deadlines: { command: 300 } });
      await submit(relay, server, 'a@x.example');
      let begun = 0;
      const again = transaction(server.port, { mailbox: 'a@x.example', begun: () => void begun++ });
      assert.equal((await relay.client.submit(again)).reply?.code, 250);
      assert.equal(begun, 2);
      assert.equal(server.count.total, 2);
      assert.equal(server.contents.length, 2);
    });
  }

  test('that break after MAIL was answered are not tried again', async () => {
    let rcpts = 0;
    await using server = await scriptedServer({
      rcpt: (connection) => {
        rcpts += 1;
        if (rcpts === 2) return drop(connection);
        connection.socket.write('250 2.1.5 fine\r\n');
        return 'listens on';
      },
      // One command at a time, so that MAIL is answered before.
      'second ehlo': '250-scripted\r\n250 AUTH XOAUTH2',
    });
    await using relay = submissionClient();
    await submit(relay, server, 'a@x.example');
    const failure = await failureOf(submit(relay, server, 'a@x.example'));
    assert.equal(failure.code, 'connection-reset');
    assert.equal(failure.stage, 'rcpt-to');
    assert.equal(server.count.total, 1);
  });

  test('are dropped after a refused AUTH and kept after a refused message', async () => {
    await using server = await scriptedServer((connection) =>
      connection === 1
        ? { auth: '535 5.7.3 no' }
        : { mail: '550 5.1.8 no', rcpt: '503 5.5.1 no', data: '503 5.5.1 no' },
    );
    await using relay = submissionClient();
    assert.equal((await failureOf(submit(relay, server, 'a@x.example'))).stage, 'auth');
    await server.gone(1);
    for (let time = 0; time < 2; time += 1) await failureOf(submit(relay, server, 'a@x.example'));
    assert.equal(server.count.total, 2);
  });

  test('that never became free are told of by name, in time', async () => {
    await using server = await scriptedServer({ dot: stall });
    await using relay = submissionClient({ maxWait: 30 });
    const busy = Array.from({ length: 3 }, () => submit(relay, server, 'a@x.example').catch(() => {}));
    const failure = await failureOf(submit(relay, server, 'a@x.example'));
    assert.equal(failure.code, 'mailbox-busy');
    assert.equal(failure.stage, 'connect');
    assert.match(failure.detail ?? '', /a@x\.example is free: this message has waited for 0.03 seconds/);
    relay.client.cut();
    await Promise.all(busy);
  });

  test('that too many wait for already are told of at once', async () => {
    await using server = await scriptedServer({ dot: stall });
    await using relay = submissionClient({ maxWaiting: 2 });
    const busy = Array.from({ length: 5 }, () => submit(relay, server, 'a@x.example').catch(() => {}));
    const failure = await failureOf(submit(relay, server, 'a@x.example'));
    assert.equal(failure.code, 'mailbox-busy');
    assert.match(failure.detail ?? '', /2 messages wait for it already/);
    relay.client.cut();
    await Promise.all(busy);
  });

  test('of the process that never became free are told of by name', async () => {
    await using server = await scriptedServer({ dot: stall });
    await using relay = submissionClient({ maxConnections: 1, maxWait: 30 });
    const busy = submit(relay, server, 'a@x.example').catch(() => {});
    const failure = await failureOf(submit(relay, server, 'b@x.example'));
    assert.equal(failure.code, 'mailbox-busy');
    assert.match(failure.detail ?? '', /the relay has 1 connections/);
    relay.client.cut();
    await busy;
  });

  test('pass a place on when the token is refused', async () => {
    await using server = await scriptedServer();
    await using relay = submissionClient();
    const error = new TypeError('no token');
    const refused = Array.from({ length: 10 }, () =>
      relay.client.submit(transaction(server.port, { token: () => Promise.reject(error) })),
    );
    for (const each of refused) await assert.rejects(each, (thrown) => thrown === error);
    assert.deepEqual(relay.client.counts, { open: 0, busy: 0, waiting: 0 });
    assert.equal(server.count.total, 0);
  });

  test('are counted', async () => {
    const dot = held();
    await using server = await scriptedServer({ dot: dot.move });
    await using relay = submissionClient();
    const submitted = Array.from({ length: 5 }, () => submit(relay, server, 'a@x.example'));
    await dot.arrived(3);
    assert.deepEqual(relay.client.counts, { open: 3, busy: 3, waiting: 2 });
    dot.release();
    await dot.arrived(2);
    dot.release();
    await Promise.all(submitted);
    assert.deepEqual(relay.client.counts, { open: 3, busy: 0, waiting: 0 });
  });
});

describe('a client that closes', () => {
  test('says QUIT to idle connections, lets busy ones end their transaction and sends away who waits', async () => {
    const dot = held();
    await using server = await scriptedServer((connection) => (connection <= 1 ? {} : { dot: dot.move }));
    await using relay = submissionClient();
    await submit(relay, server, 'idle@x.example');
    const busy = Array.from({ length: 3 }, () => submit(relay, server, 'a@x.example'));
    await dot.arrived(3);
    const waiting = submit(relay, server, 'a@x.example');
    const withoutToken = relay.client.submit(
      transaction(server.port, { mailbox: 'b@x.example', token: () => new Promise(() => {}) }),
    );
    let isClosed = false;
    const closed = relay.client.close().then(() => {
      isClosed = true;
    });
    assert.equal((await failureOf(waiting)).code, 'shutting-down');
    assert.equal((await failureOf(withoutToken)).code, 'shutting-down');
    assert.equal((await failureOf(submit(relay, server, 'a@x.example'))).code, 'shutting-down');
    await server.gone(1);
    assert.equal(isClosed, false);
    dot.release();
    for (const result of await Promise.all(busy)) assert.equal(result.reply?.code, 250);
    await closed;
    assert.equal(server.commands.filter((command) => command === 'QUIT').length, 4);
    assert.equal(relay.client.counts.open, 0);
  });

  test('closes without ever having been used, and more than once', async () => {
    await using relay = submissionClient();
    await Promise.all([relay.client.close(), relay.client.close()]);
  });

  test('is cut: in doubt where the dot may have gone out, shutting down elsewhere', async () => {
    const dot = held();
    await using server = await scriptedServer({ dot: dot.move });
    await using relay = submissionClient();
    const asked = Promise.withResolvers<void>();
    const afterDot = Array.from({ length: 2 }, () => submit(relay, server, 'a@x.example'));
    const beforeDot = relay.client.submit(
      transaction(server.port, {
        mailbox: 'a@x.example',
        beforeFinalDot: () => {
          asked.resolve();
          return new Promise(() => {});
        },
      }),
    );
    const waiting = submit(relay, server, 'a@x.example');
    const opening = relay.client.submit(
      transaction(server.port, { mailbox: 'b@x.example', token: () => new Promise(() => {}) }),
    );
    await dot.arrived(2);
    await asked.promise;
    const closed = relay.client.close();
    relay.client.cut();
    const codes = await Promise.all(
      [...afterDot, beforeDot, waiting, opening].map(async (each) => (await failureOf(each)).code),
    );
    assert.deepEqual(codes, [
      'submission-in-doubt',
      'submission-in-doubt',
      'shutting-down',
      'shutting-down',
      'shutting-down',
    ]);
    await closed;
    await server.gone(3);
  });

  test('is cut while it connects', async () => {
    await using server = await scriptedServer({ greeting: stall });
    await using relay = submissionClient();
    const submitted = submit(relay, server, 'a@x.example');
    while (server.count.total === 0) await new Promise((resolve) => setImmediate(resolve));
    relay.client.cut();
    assert.equal((await failureOf(submitted)).code, 'shutting-down');
    await server.gone(1);
  });
});
