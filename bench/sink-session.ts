/** The cheapest SMTP server that can stand for Exchange Online: STARTTLS, AUTH, pipelining; a message counts only once its final dot has come. */

import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';

/** What has arrived since the start. */
export interface SinkCounts {
  connections: number;
  messages: number;
  /** Of contents, with final dots. */
  bytes: number;
  /** Messages whose connection ended before their final dot. */
  broken: number;
}

const CRLF = '\r\n';
const FINAL_DOT = Buffer.from('\r\n.\r\n');
const LINE_START = Buffer.from(CRLF);

const BEFORE_TLS = ['SIZE 157286400', 'PIPELINING', 'DSN', 'ENHANCEDSTATUSCODES', 'STARTTLS', '8BITMIME', 'SMTPUTF8'];
const WITHIN_TLS = BEFORE_TLS.map((extension) => (extension === 'STARTTLS' ? 'AUTH LOGIN XOAUTH2' : extension));
/** As long as Exchange Online's. */
const TAKEN =
  '250 2.0.0 OK <01M85QQP3S2W1B9Q6FCGZ8J7XN@contoso.example> [Hostname=AM9PR01MB0001.eurprd01.prod.exchangelabs.com]';

export class SinkSession {
  readonly #counts: SinkCounts;
  readonly #context: SecureContext;
  #socket: Socket;
  #unread = '';
  /** The last bytes of the content so far, where a final dot may have begun; null outside a content. */
  #seam: Buffer | null = null;

  constructor(socket: Socket, context: SecureContext, counts: SinkCounts) {
    this.#socket = socket;
    this.#context = context;
    this.#counts = counts;
    counts.connections += 1;
    this.#listen(socket);
    socket.write(`220 localhost Microsoft ESMTP MAIL Service ready${CRLF}`);
  }

  #listen(socket: Socket): void {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    // A client that just leaves is no business of ours, unless it owes the end of a message.
    socket.on('error', () => {});
    socket.on('close', () => {
      if (this.#seam) this.#counts.broken += 1;
      this.#seam = null;
    });
  }

  #read(chunk: Buffer): void {
    const replies = this.#seam ? this.#readContent(chunk, this.#seam) : this.#readCommands(chunk.toString('latin1'));
    if (replies !== '') this.#socket.write(replies, 'latin1');
  }

  /** All replies to what came in one piece go out in one piece (RFC 2920 §3.2). */
  #readCommands(text: string): string {
    const all = this.#unread + text;
    let replies = '';
    let start = 0;
    for (let end = all.indexOf(CRLF); end !== -1; end = all.indexOf(CRLF, start)) {
      const verb = all.slice(start, Math.min(start + 4, end)).toUpperCase();
      start = end + CRLF.length;
      replies += `${this.#answer(verb)}${CRLF}`;
      if (verb === 'STAR') this.#startTls();
      if (verb === 'DATA') {
        this.#unread = '';
        const rest = all.slice(start);
        return rest === '' ? replies : replies + this.#readContent(Buffer.from(rest, 'latin1'), LINE_START);
      }
    }
    this.#unread = all.slice(start);
    return replies;
  }

  #answer(verb: string): string {
    switch (verb) {
      case 'EHLO':
        return ehlo(this.#socket instanceof TLSSocket ? WITHIN_TLS : BEFORE_TLS);
      case 'STAR':
        return '220 2.0.0 SMTP server ready';
      case 'AUTH':
        return '235 2.7.0 Authentication successful';
      case 'DATA':
        this.#seam = LINE_START;
        return '354 Start mail input; end with <CRLF>.<CRLF>';
      case 'MAIL':
        return '250 2.1.0 Sender OK';
      case 'RCPT':
        return '250 2.1.5 Recipient OK';
      case 'QUIT':
        setImmediate(() => this.#socket.end());
        return '221 2.0.0 Service closing transmission channel';
      case 'RSET':
      case 'NOOP':
        return '250 2.0.0 OK';
      default:
        return '500 5.3.3 Unrecognized command';
    }
  }

  #readContent(chunk: Buffer, seam: Buffer): string {
    const acrossSeam = Buffer.concat([seam, chunk.subarray(0, FINAL_DOT.length - 1)]).indexOf(FINAL_DOT);
    const dot = acrossSeam === -1 ? chunk.indexOf(FINAL_DOT) : acrossSeam - seam.length;
    if (dot === -1) {
      this.#counts.bytes += chunk.length;
      this.#seam = Buffer.concat([seam, chunk.subarray(-FINAL_DOT.length)]).subarray(1 - FINAL_DOT.length);
      return '';
    }
    const end = dot + FINAL_DOT.length;
    this.#counts.bytes += end;
    this.#counts.messages += 1;
    this.#seam = null;
    return `${TAKEN}${CRLF}${end < chunk.length ? this.#readCommands(chunk.toString('latin1', end)) : ''}`;
  }

  /** In the same turn as the 220 is written, so that no byte of the handshake is read as a command. */
  #startTls(): void {
    const plain = this.#socket;
    plain.removeAllListeners('data');
    setImmediate(() => this.#listen(new TLSSocket(plain, { isServer: true, secureContext: this.#context })));
  }
}

function ehlo(extensions: readonly string[]): string {
  const lines = ['localhost Hello [127.0.0.1]', ...extensions];
  return lines.map((line, index) => `250${index === lines.length - 1 ? ' ' : '-'}${line}`).join(CRLF);
}
