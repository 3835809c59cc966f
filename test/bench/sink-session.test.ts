/** The sink counts a message when it has ended, wherever its bytes were cut on their way. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { suite, test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { type SinkCounts, SinkSession } from '../../bench/sink-session.ts';

const DIALOGUE = 'MAIL FROM:<a@contoso.example>\r\nRCPT TO:<b@fabrikam.example>\r\nDATA\r\n';

interface Connected extends AsyncDisposable {
  readonly client: Socket;
  readonly counts: SinkCounts;
  /** Writes, and resolves with all replies once the last of them begins with a code. */
  say(text: string, lastReply: string): Promise<string[]>;
}

async function connected(): Promise<Connected> {
  const counts: SinkCounts = { connections: 0, messages: 0, bytes: 0, broken: 0 };
  const server = createServer((socket) => new SinkSession(socket, createSecureContext(), counts));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', noDelay: true });
  await once(client, 'data');
  return {
    client,
    counts,
    say: async (text, lastReply) => {
      client.write(text);
      let received = '';
      for (;;) {
        received += (await once(client, 'data'))[0];
        const replies = received.split('\r\n').slice(0, -1);
        if (replies.at(-1)?.startsWith(lastReply)) return replies;
      }
    },
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      await once(server.close(), 'close');
    },
  };
}

suite('the sink', () => {
  test('answers pipelined commands in order and takes the message after them', async () => {
    await using sink = await connected();
    const envelope = await sink.say(DIALOGUE, '354');
    assert.deepEqual(
      envelope.map((reply) => reply.slice(0, 3)),
      ['250', '250', '354'],
    );
    const [taken] = await sink.say('Subject: x\r\n\r\nHello\r\n.\r\n', '250');
    assert.match(taken ?? '', /^250 2\.0\.0 OK </);
    assert.deepEqual(sink.counts, { connections: 1, messages: 1, bytes: 24, broken: 0 });
  });

  test('finds the final dot wherever the content is cut', async () => {
    await using sink = await connected();
    const content = 'Subject: x\r\n\r\nA line.\r\n..dot\r\n.\r\n';
    for (let cut = 1; cut < content.length; cut += 1) {
      await sink.say(DIALOGUE, '354');
      sink.client.write(content.slice(0, cut));
      // What is written together may arrive together; the reply to a command in between cannot be waited for here.
      await new Promise((resolve) => setImmediate(resolve));
      await sink.say(content.slice(cut), '250 2.0.0 OK');
    }
    assert.equal(sink.counts.messages, content.length - 1);
    assert.equal(sink.counts.bytes, (content.length - 1) * content.length);
  });

  test('counts a message without an end as broken', async () => {
    await using sink = await connected();
    await sink.say(DIALOGUE, '354');
    const closed = once(sink.client, 'close');
    sink.client.end('Subject: x\r\n\r\nHello\r\n');
    await closed;
    assert.deepEqual([sink.counts.messages, sink.counts.broken], [0, 1]);
  });
});
