/** One kept-alive HTTP connection, written for this benchmark alone: next to nothing per request, so that the caller is not what is measured. */

import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  /** Status line and header. */
  readonly head: string;
  readonly body: string;
}

const END_OF_HEAD = '\r\n\r\n';

export class HttpConnection {
  readonly #url: URL;
  readonly #fields: string;
  #socket: Socket | null = null;
  #received = '';
  #waiting: PromiseWithResolvers<Answer> | null = null;

  /** @param fields header fields of every request, without those that the body needs */
  constructor(url: string, fields: Readonly<Record<string, string>> = {}) {
    this.#url = new URL(url);
    this.#fields = Object.entries({ host: this.#url.host, 'content-type': 'application/json', ...fields })
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');
  }

  /**
   * Posts JSON, one request at a time.
   *
   * @param body ASCII
   * @throws Error when the connection ends before the answer
   */
  post(path: string, body: string | Buffer): Promise<Answer> {
    this.#waiting = Promise.withResolvers<Answer>();
    this.#socket ??= this.#connect();
    const head = `POST ${path} HTTP/1.1\r\n${this.#fields}content-length: ${body.length}${END_OF_HEAD}`;
    if (typeof body === 'string') this.#socket.write(head + body, 'latin1');
    else {
      this.#socket.write(head, 'latin1');
      this.#socket.write(body);
    }
    return this.#waiting.promise;
  }

  close(): void {
    this.#socket?.destroy();
  }

  #connect(): Socket {
    const socket = connect({ host: this.#url.hostname, port: Number(this.#url.port), noDelay: true });
    socket.setEncoding('latin1');
    let cause: Error | undefined;
    socket.on('error', (error) => {
      cause = error;
    });
    socket.on('close', () => {
      this.#socket = null;
      this.#received = '';
      this.#waiting?.reject(new Error('The connection ended before the answer', { cause }));
    });
    socket.on('data', (text: string) => this.#read(text));
    return socket;
  }

  #read(text: string): void {
    this.#received += text;
    const end = this.#received.indexOf(END_OF_HEAD);
    if (end === -1) return;
    const head = this.#received.slice(0, end);
    const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1]);
    const start = end + END_OF_HEAD.length;
    if (this.#received.length < start + length) return;
    const body = this.#received.slice(start, start + length);
    this.#received = '';
    const waiting = this.#waiting;
    this.#waiting = null;
    // It will be closed, and the next request needs another one.
    if (/^connection: *close/im.test(head)) this.#socket = null;
    waiting?.resolve({ status: Number(head.slice(9, 12)), head, body });
  }
}
