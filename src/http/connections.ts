/** Who is being answered on each connection: a request that has arrived whole gets its answer, whatever comes after it, and a stopping server waits for these alone. */

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Server as TlsServer } from 'node:tls';

interface Connection {
  /** Bytes that had been read when it was ready for a request: with as many still, nobody has begun one. */
  readonly silentAt: number;
  /** Answers under way, in the order of their requests. */
  readonly answers: Set<ServerResponse>;
}

export class Connections {
  readonly #open = new Map<Duplex, Connection>();
  /** By the peer's address and port: TLS gives the socket that becomes of them another object. */
  readonly #handshakes = new Map<string, Socket>();

  constructor(server: Server) {
    // A caller that closes its half after the request still reads the answer.
    Reflect.set(server, 'httpAllowHalfOpen', true);
    if (server instanceof TlsServer) {
      server.on('connection', (socket: Socket) => this.#shakeHands(socket));
      server.on('secureConnection', (socket: Socket) => this.#add(socket));
    } else {
      server.on('connection', (socket: Socket) => this.#add(socket));
    }
    server.prependListener('request', (request, response) => this.#answer(request, response));
  }

  /**
   * Lets the answers under way on a connection be its last ones.
   *
   * @returns false when there are none: whoever asks may write
   */
  endAfterAnswers(socket: Duplex): boolean {
    const answers = [...(this.#open.get(socket)?.answers ?? [])].filter(({ req }) => req.complete);
    const last = answers.at(-1);
    if (!last) return false;
    if (last.headersSent) last.once('finish', () => socket.end());
    else last.setHeader('connection', 'close');
    return true;
  }

  /** Ends the connections on which nobody has begun to say anything. */
  endSilent(): void {
    for (const socket of this.#handshakes.values()) socket.destroy();
    for (const [socket, { silentAt, answers }] of this.#open) {
      if (answers.size === 0 && bytesRead(socket) === silentAt) socket.destroy();
    }
  }

  /** Ends the connections on which nothing is being answered, even where a request has begun to arrive. */
  endUnanswered(): void {
    for (const socket of this.#handshakes.values()) socket.destroy();
    for (const [socket, { answers }] of this.#open) if (answers.size === 0) socket.destroy();
  }

  /** Ends them all. */
  cut(): void {
    this.endSilent();
    for (const socket of this.#open.keys()) socket.destroy();
  }

  #shakeHands(socket: Socket): void {
    const peer = peerOf(socket);
    this.#handshakes.set(peer, socket);
    socket.once('close', () => this.#handshakes.delete(peer));
  }

  #add(socket: Socket): void {
    this.#handshakes.delete(peerOf(socket));
    this.#open.set(socket, { silentAt: socket.bytesRead, answers: new Set() });
    socket.once('close', () => this.#open.delete(socket));
  }

  #answer({ socket }: IncomingMessage, response: ServerResponse): void {
    const answers = this.#open.get(socket)?.answers;
    answers?.add(response);
    response.once('close', () => answers?.delete(response));
  }
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

function bytesRead(socket: Duplex): unknown {
  return Reflect.get(socket, 'bytesRead');
}
