/** One client's connection as bytes: commands in, replies out in order, content kept exactly; what was sent in clear never survives STARTTLS. */

import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import { END_OF_DATA, withoutStuffedDots } from './message-content.ts';

/** Octets; an AUTH line carries a token, and RFC 4954 §4 asks for 12,288 of base64 besides the command. */
const MAX_LINE = 16_384;
const CRLF = Buffer.from('\r\n');
const NOTHING = Buffer.alloc(0);
/** Octets of the dot and its CRLF; the CRLF before them belongs to the content. */
const FINAL_DOT = END_OF_DATA.length - CRLF.length;

export class SmtpConnection {
  readonly #plain: Socket;
  #socket: Socket;
  #received: Buffer = NOTHING;
  #wake: () => void = () => {};
  #corked = false;
  #ended = false;
  readonly #closing = new AbortController();
  /** As it stands in replies: `SBX0CA0001.sandbox.prod.outlook.com`. */
  readonly hostName: string;
  readonly remoteAddress: string;
  readonly id = `08DD${randomBytes(6).toString('hex').toUpperCase()}`;
  #tlsProtocol: string | null = null;

  constructor(socket: Socket, hostName: string) {
    this.#plain = socket;
    this.#socket = socket;
    this.hostName = hostName;
    this.remoteAddress = socket.remoteAddress ?? '';
    socket.once('close', () => this.#closing.abort());
    this.#listen();
  }

  /** `TLSv1.3`, or null while the session is in clear. */
  get tlsProtocol(): string | null {
    return this.#tlsProtocol;
  }

  /** Aborts when the connection has closed, from whichever side. */
  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  /**
   * Sends a reply. Replies to commands that came in one piece go out in one piece (RFC 2920).
   *
   * @param text its lines with their codes, parted by `\n`; `{session}` becomes `[host timestamp id]`, `{hostname}` `[Hostname=…]`, `{address}` the client's
   */
  reply(text: string): void {
    if (this.#ended) return;
    if (!this.#corked) {
      const socket = this.#socket;
      this.#corked = true;
      socket.cork();
      process.nextTick(() => {
        this.#corked = false;
        socket.uncork();
      });
    }
    this.#socket.write(`${this.#filledIn(text).replaceAll('\n', '\r\n')}\r\n`);
  }

  /** Sends a last reply and closes. */
  end(text: string): void {
    this.reply(text);
    this.#ended = true;
    this.#socket.end();
  }

  /** Resets the connection, as a crashed server or a firewall does it. */
  cut(): void {
    this.#ended = true;
    this.#socket.uncork();
    this.#plain.resetAndDestroy();
    this.#socket.destroy();
  }

  /** Stays open, and neither listens nor speaks any more. */
  fallSilent(): void {
    this.#ended = true;
    this.#socket.removeAllListeners('readable').resume();
  }

  /** The next line without its CRLF, or null when no more will come. */
  async line(): Promise<string | null> {
    while (!this.#ended) {
      const end = this.#received.indexOf(CRLF);
      if (end > MAX_LINE || (end < 0 && this.#received.length > MAX_LINE)) {
        this.end('500 5.3.3 Line too long {session}');
        return null;
      }
      if (end >= 0) {
        const line = this.#received.toString('utf8', 0, end);
        this.#received = this.#received.subarray(end + CRLF.length);
        return line;
      }
      const more = await this.#read();
      if (more === null) return null;
      this.#received = this.#received.length === 0 ? more : Buffer.concat([this.#received, more]);
    }
    return null;
  }

  /**
   * The content behind DATA, without its stuffed dots and the final one.
   *
   * @param limit octets; longer content is read to its end and dropped
   * @returns null when the connection broke before the final dot
   */
  async data(limit: number): Promise<Buffer | 'too-large' | null> {
    const most = limit + END_OF_DATA.length;
    let kept: Buffer[] = [];
    let size = 0;
    // The CRLF of the DATA command counts as the first of the end of data (RFC 5321 §4.1.1.4).
    let tail = CRLF;
    for (;;) {
      const piece = await this.#next();
      if (piece === null) return null;
      const window = Buffer.concat([tail, piece]);
      const found = window.indexOf(END_OF_DATA);
      const used = found < 0 ? piece.length : found + END_OF_DATA.length - tail.length;
      size += used;
      if (size > most) kept = [];
      else kept.push(piece.subarray(0, used));
      if (found >= 0) {
        this.#received = piece.subarray(used);
        return size > most ? 'too-large' : withoutStuffedDots(Buffer.concat(kept).subarray(0, -FINAL_DOT));
      }
      tail = window.subarray(1 - END_OF_DATA.length);
    }
  }

  /**
   * Exactly so many octets, whatever they are (RFC 3030 §2).
   *
   * @param keep false to drop them; the result is empty then
   */
  async octets(count: number, keep: boolean): Promise<Buffer | null> {
    const kept: Buffer[] = [];
    for (let left = count; left > 0; ) {
      const piece = await this.#next();
      if (piece === null) return null;
      const used = piece.subarray(0, left);
      this.#received = piece.subarray(used.length);
      left -= used.length;
      if (keep) kept.push(used);
    }
    return Buffer.concat(kept);
  }

  /** Waits for content to begin. */
  async anything(): Promise<void> {
    this.#received = (await this.#next()) ?? NOTHING;
  }

  /** Answers STARTTLS and becomes the server of a TLS session; when the handshake fails, the connection has ended. */
  async startTls(secureContext: SecureContext): Promise<void> {
    this.reply('220 2.0.0 SMTP server ready');
    this.#socket.uncork();
    // RFC 3207 §4.2: commands injected behind STARTTLS must not count as sent under TLS.
    this.#received = NOTHING;
    while (this.#plain.read() !== null);
    this.#plain.removeAllListeners('readable');
    const secured = new TLSSocket(this.#plain, { isServer: true, secureContext });
    this.#socket = secured;
    this.#listen();
    await new Promise<void>((resolve) => {
      secured.once('secure', resolve);
      secured.once('close', () => resolve());
    });
    this.#tlsProtocol = secured.getProtocol();
  }

  /** Answers STARTTLS, and then the client's handshake with something that is none. */
  async failTls(nonsense: string): Promise<void> {
    this.reply('220 2.0.0 SMTP server ready');
    await this.anything();
    this.end(nonsense);
  }

  #listen(): void {
    const wake = (): void => this.#wake();
    // What is wrong with a connection shows as its end.
    this.#socket.on('error', () => {});
    this.#socket.on('readable', wake).on('end', wake).on('close', wake);
  }

  async #next(): Promise<Buffer | null> {
    if (this.#received.length === 0) return await this.#read();
    const received = this.#received;
    this.#received = NOTHING;
    return received;
  }

  async #read(): Promise<Buffer | null> {
    for (;;) {
      const bytes: Buffer | null = this.#socket.read();
      if (bytes !== null) return bytes;
      if (this.#socket.destroyed || this.#socket.readableEnded || this.#ended) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #filledIn(text: string): string {
    const { hostName, remoteAddress } = this;
    return text
      .replace('{address}', remoteAddress)
      .replace('{session}', () => `[${hostName} ${new Date().toISOString()} ${this.id}]`)
      .replace('{hostname}', () => `[Hostname=${hostName.toUpperCase()}]`);
  }
}
