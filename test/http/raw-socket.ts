/** A bare socket to the real server, to say what no HTTP client would say. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type RecordingRelay, recordingRelay } from './recording-relay.ts';

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: Record<string, unknown>;
}

export interface Dialogue extends RecordingRelay, AsyncDisposable {
  readonly socket: Socket;
  /** The server's end of it. */
  readonly peer: Socket;
  readonly port: number;
  /** All answers up to the end of the connection. */
  readonly answers: Promise<RawAnswer[]>;
}

/** A listening server, and a socket on it. */
export async function dialogue(options: Parameters<typeof recordingRelay>[0] = {}): Promise<Dialogue> {
  const relay = recordingRelay(options);
  const url = new URL(await relay.server.listen({ host: '127.0.0.1', port: 0 }));
  const accepted: Promise<Socket[]> = once(relay.server.server, 'connection');
  const socket = connect({ host: url.hostname, port: Number(url.port), allowHalfOpen: true });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  const [peer] = await accepted;
  if (!peer) throw new Error('The server was told of no connection');
  const { promise: answers, resolve } = Promise.withResolvers<RawAnswer[]>();
  const done = () => {
    socket.destroy();
    resolve(answersIn(Buffer.concat(chunks).toString()));
  };
  socket.once('end', done).once('error', done);
  return {
    ...relay,
    socket,
    peer,
    port: Number(url.port),
    answers,
    [Symbol.asyncDispose]: async () => {
      socket.destroy();
      await relay.server.close();
    },
  };
}

/** A complete POST /send. */
export function sendRequest(key: string, body: string, headers: readonly string[] = []): string {
  const lines = [
    'POST /send HTTP/1.1',
    'Host: relay',
    `Authorization: Bearer ${key}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

function answersIn(text: string): RawAnswer[] {
  return text
    .split(/(?=^HTTP\/1\.1 )/m)
    .filter((answer) => answer !== '' && !answer.startsWith('HTTP/1.1 100'))
    .map((answer) => {
      const [head = '', body = ''] = answer.split('\r\n\r\n', 2);
      return { status: Number(head.split(' ')[1]), head, body: body === '' ? {} : JSON.parse(body) };
    });
}
