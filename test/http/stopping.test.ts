/** A stopping server takes nothing new, and leaves nobody without an answer who asked in time. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { suite, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { submitted } from './outcomes.ts';
import { dialogue, sendRequest } from './raw-socket.ts';
import { message } from './recording-relay.ts';

const body = JSON.stringify(message);

suite('a server that stops', { timeout: 10_000 }, () => {
  test('gives a body that is arriving some time, then 503 and the end of the connection', async () => {
    await using talk = await dialogue({ options: { uploadGrace: 30 } });
    const request = sendRequest(talk.key, body);
    const arrived = once(talk.server.server, 'request');
    talk.socket.write(request.slice(0, -10));
    await arrived;
    await turn();
    const closed = talk.server.close();
    const [answer, ...more] = await talk.answers;
    await closed;
    assert.equal(answer?.status, 503);
    assert.equal(answer.body.code, 'shutting-down');
    assert.match(answer.head, /^connection: close$/im);
    assert.match(answer.head, /^retry-after: 10$/im);
    assert.deepEqual(more, []);
    assert.equal(talk.submissions.length, 0);
  });

  test('submits a message whose body arrives in that time', async () => {
    await using talk = await dialogue();
    const request = sendRequest(talk.key, body);
    const arrived = once(talk.server.server, 'request');
    talk.socket.write(request.slice(0, -10));
    await arrived;
    await turn();
    const closed = talk.server.close();
    talk.socket.write(request.slice(-10));
    const [answer] = await talk.answers;
    await closed;
    assert.equal(answer?.status, 200);
    assert.match(answer.head, /^connection: close$/im);
  });

  test('refuses at once whose body has not been let in', async () => {
    const over = Promise.withResolvers<void>();
    await using talk = await dialogue({
      options: { maxBodyBytesInFlight: body.length },
      deliver: async (submission) => {
        await over.promise;
        return submitted(submission);
      },
    });
    talk.socket.write(sendRequest(talk.key, body));
    while (talk.submissions.length === 0) await turn();
    const arrived = once(talk.server.server, 'request');
    const headers = { authorization: `Bearer ${talk.key}`, 'content-type': 'application/json' };
    const waits = fetch(`http://127.0.0.1:${talk.port}/send`, { method: 'POST', headers, body });
    await arrived;
    await turn();
    const closed = talk.server.close();
    assert.equal((await waits).status, 503);
    over.resolve();
    assert.equal((await talk.answers)[0]?.status, 200);
    await closed;
  });

  test('says that it is live and not ready on a connection that it still has, and nothing else', async () => {
    for (const [path, status] of Object.entries({ '/health/live': 200, '/health/ready': 503, '/health': 503 })) {
      await using talk = await dialogue();
      talk.socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n`);
      while (talk.peer.bytesRead === 0) await turn();
      const closed = talk.server.close();
      talk.socket.write('\r\n');
      const [answer] = await talk.answers;
      await closed;
      assert.equal(answer?.status, status, path);
      assert.match(answer.head, /^connection: close$/im);
    }
  });

  test('closes silent connections at once', async () => {
    await using talk = await dialogue();
    const silent = connect({ host: '127.0.0.1', port: talk.port });
    await once(silent, 'connect');
    silent.resume();
    await Promise.all([once(silent, 'close'), talk.server.close()]);
  });
});
