/** An SMTP dialogue over TLS: commands out, replies in, in order. It ends at the first thing that leaves it unclear, and whoever waits hears of it. */

import { connect, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import SMTPConnection, { type SMTPError } from 'nodemailer/lib/smtp-connection';
import type { SmtpReply } from '../../domain/smtp-reply.ts';
import { Deadline, type Deadlines } from './deadline.ts';
import type { Offer } from './envelope-commands.ts';
import { harmless, replyIn, replyTo } from './server-words.ts';
import { type Command, ConnectionError, isRefusal, NO_REPLY } from './smtp-failure.ts';

/** Bytes. Exchange's replies have a few hundred; nobody waits for the end of a longer one. */
const MAX_REPLY = 64 * 1024;
/** What a server may send ahead of what has been read; the replies to a thousand recipients come in one piece. */
const MAX_UNREAD = { bytes: 4 * MAX_REPLY, lines: 2_000 };
/** RFC 5321 §3.8: the server closes the connection after this reply. */
export const CLOSING = 421;
/** Makes nodemailer hand over its means of sending commands, and authenticate nobody by itself. */
const HANDOVER = 'HANDOVER';

type SendCommand = (command: string, done: (error: Error | null, reply: { response: string }) => void) => void;

export interface Server {
  readonly host: string;
  readonly port: number;
  /** Given in EHLO. */
  readonly ehloName: string;
  readonly trust: SecureContext;
}

export class SmtpDialogue {
  readonly #server: Server;
  readonly #deadlines: Deadlines;
  readonly #awaiting = new Set<(error: Error) => void>();
  readonly #deadline = new Deadline((milliseconds) =>
    this.end(new ConnectionError(`Timeout: no answer within ${milliseconds / 1_000} seconds`, 'ETIMEDOUT')),
  );
  #socket: Socket | null = null;
  #smtp: SMTPConnection | null = null;
  #send: SendCommand = () => {};
  #guarded: Socket | null = null;
  #unread = { bytes: 0, lines: 0 };
  #ended: Error | null = null;
  #finalDotMayBeSent = false;
  /** What the server is being asked for, until it greets an authenticated client. */
  step: Command = 'CONN';
  offer: Offer = { extensions: new Set(), maxSize: null };
  /** Never shown in a reply's text. */
  secrets: readonly string[] = [];
  /** Called once, when the dialogue is over. */
  onEnd: () => void = () => {};

  constructor(server: Server, deadlines: Deadlines) {
    this.#server = server;
    this.#deadlines = deadlines;
  }

  /** Whether the server still listens, as far as can be known without asking it. */
  get alive(): boolean {
    return this.#ended === null && this.#socket?.writable === true;
  }

  /** True from the moment the final dot of the last content may have gone out. */
  get finalDotMayBeSent(): boolean {
    return this.#finalDotMayBeSent;
  }

  /** Connects and goes on under TLS: TCP, greeting, EHLO, STARTTLS, EHLO. */
  async start(): Promise<void> {
    const { host, port } = this.#server;
    this.#deadline.restart(this.#deadlines.connect);
    // A slow address of several has its share of the time, not the quarter second that Node.js gives it.
    const autoSelectFamilyAttemptTimeout = Math.max(10, Math.floor(this.#deadlines.connect / 4));
    const socket = connect({ host, port, noDelay: true, autoSelectFamilyAttemptTimeout });
    this.#socket = socket;
    socket.on('error', (error) => this.end(fromSystem(error)));
    await this.orEnded<void>((resolve) => socket.once('connect', resolve));
    const smtp = this.#nodemailer(socket);
    this.#smtp = smtp;
    smtp.on('error', (error: SMTPError) => this.end(this.#fromNodemailer(error)));
    smtp.once('end', () => this.#closedByServer());
    this.#deadline.restart(this.#deadlines.greeting);
    const told = (resolve: () => void) => (error?: SMTPError | null) =>
      error ? this.end(this.#fromNodemailer(error)) : resolve();
    await this.orEnded<void>((resolve) => smtp.connect(told(resolve)));
    await this.orEnded<void>((resolve) => smtp.login({ method: HANDOVER }, told(resolve)));
    smtp.options.transactionLog = false;
    if (smtp._socket) this.#socket = smtp._socket;
  }

  /** Sends a command, and resolves with the reply to it whatever its class; rejects when the dialogue ends before. */
  command(line: string): Promise<SmtpReply> {
    return this.orEnded((resolve) => {
      this.#send(line, (_error, { response }) => {
        this.#forgetUnread();
        const reply = replyTo(line, response, this.secrets);
        if (reply) resolve(reply);
        else this.end(new ConnectionError(`${this.#quoted(response)} is no SMTP reply`, NO_REPLY));
      });
    });
  }

  /** Sends commands in one piece (RFC 2920). */
  pipeline(lines: readonly string[]): Promise<SmtpReply>[] {
    this.#socket?.cork();
    const replies = lines.map((line) => this.command(line));
    // nodemailer writes each command in the next turn of the loop, in this order.
    setImmediate(() => this.#socket?.uncork());
    // Who stops at the first refusal does not wait for the rest.
    for (const reply of replies) reply.catch(() => {});
    return replies;
  }

  /** Sends a part of the content, and waits until more can be taken. */
  async content(bytes: Uint8Array): Promise<void> {
    await this.orEnded<void>((resolve) => {
      if (this.#socket?.write(bytes)) resolve();
      else this.#socket?.once('drain', resolve);
    });
  }

  /** Sends the end of the content and the final dot in one piece. */
  async finalDot(bytes: Uint8Array): Promise<SmtpReply> {
    this.#socket?.cork();
    this.#socket?.write(bytes);
    const reply = this.command('.');
    setImmediate(() => {
      if (this.#ended) return;
      this.#finalDotMayBeSent = true;
      this.#socket?.uncork();
    });
    const answer = await reply;
    if (this.#finalDotMayBeSent) return answer;
    const early = new ConnectionError('the server answered before the end of the message', NO_REPLY, refusing(answer));
    this.end(early);
    throw early;
  }

  /** Ends the dialogue unless the next thing comes in this time, in milliseconds. */
  allow(milliseconds: number): void {
    if (!this.#ended) this.#deadline.restart(milliseconds);
  }

  /** Nothing is waited for. */
  rest(): void {
    this.#deadline.rest();
  }

  /** Begins to count for another content. */
  forgetFinalDot(): void {
    this.#finalDotMayBeSent = false;
  }

  /** Rejects with the end of the dialogue, if that comes first. */
  orEnded<T>(work: (resolve: (value: T) => void, reject: (error: unknown) => void) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#ended) {
        reject(this.#ended);
        return;
      }
      this.#awaiting.add(reject);
      const settle =
        <V>(how: (value: V) => void) =>
        (value: V): void => {
          this.#awaiting.delete(reject);
          how(value);
        };
      work(settle(resolve), settle(reject));
    });
  }

  /** Says QUIT, and ends with the server's answer or without it. */
  quit(): void {
    if (this.#ended) return;
    this.#deadline.restart(this.#deadlines.quit);
    this.#smtp?.quit();
  }

  /** Cuts the connection: nothing more goes out. */
  end(why: Error): void {
    if (this.#ended) return;
    this.#ended = why;
    this.#deadline.stop();
    this.#smtp?.close();
    this.#socket?.destroy();
    const awaiting = [...this.#awaiting];
    this.#awaiting.clear();
    for (const reject of awaiting) reject(why);
    this.onEnd();
  }

  #nodemailer(socket: Socket): SMTPConnection {
    const { host, port, ehloName, trust } = this.#server;
    // Longer than any of ours, so that ours is the one that strikes.
    const never = Object.values(this.#deadlines).reduce((sum, each) => sum + each);
    return new SMTPConnection({
      connection: socket,
      host,
      port,
      secure: false,
      requireTLS: true,
      name: ehloName,
      tls: { secureContext: trust },
      connectionTimeout: never,
      greetingTimeout: never,
      socketTimeout: never,
      socketCloseTimeout: 0,
      maxResponseSize: MAX_REPLY,
      customAuth: {
        [HANDOVER]: ({ sendCommand, extensions, maxAllowedSize, resolve }) => {
          this.#send = sendCommand;
          this.offer = { extensions: new Set(extensions), maxSize: maxAllowedSize || null };
          resolve();
        },
      },
      transactionLog: true,
      logger: this.#stepLogger(),
    });
  }

  /** Of the steps up to the second EHLO nodemailer tells nobody but its log. */
  #stepLogger() {
    const quiet = (): void => {};
    const heard = ({ tnx }: { tnx?: string }, text: string): void => {
      this.#guard();
      const inHandshake = tnx === 'server' && this.step === 'STARTTLS' && text.startsWith('2');
      const command = tnx === 'client' ? (['EHLO', 'STARTTLS'] as const).find((each) => text.startsWith(each)) : null;
      if (tnx === 'server') this.#forgetUnread();
      if (!inHandshake && !command) return;
      this.step = command ?? 'TLS';
      this.#deadline.restart(this.#deadlines.command);
    };
    return { trace: quiet, debug: heard, info: heard, warn: quiet, error: quiet, fatal: quiet };
  }

  /** Bounds what a server can make the relay keep, in lines that never end as in lines that say nothing. */
  #guard(): void {
    const socket = this.#smtp?._socket;
    if (!socket || socket === this.#guarded) return;
    this.#guarded?.off('data', this.#count);
    this.#guarded = socket;
    // Before nodemailer, which would keep what this refuses.
    socket.prependListener('data', this.#count);
  }

  readonly #count = (received: Buffer): void => {
    const unread = this.#unread;
    unread.bytes += received.length;
    for (let at = received.indexOf('\n'); at >= 0; at = received.indexOf('\n', at + 1)) unread.lines += 1;
    if (unread.bytes <= MAX_UNREAD.bytes && unread.lines <= MAX_UNREAD.lines) return;
    this.end(new ConnectionError('the server sends without an end', NO_REPLY));
  };

  #forgetUnread(): void {
    this.#unread.bytes = 0;
    this.#unread.lines = 0;
  }

  #closedByServer(): void {
    const last = this.#smtp?.lastServerResponse;
    const reply = last ? replyIn(last, this.secrets) : null;
    const parting = reply?.code === CLOSING ? reply : null;
    this.end(new ConnectionError('the server closed the connection', 'ECONNRESET', parting));
  }

  #fromNodemailer(error: SMTPError): ConnectionError {
    const reply = error.response ? replyIn(error.response, this.secrets) : null;
    const message = harmless(error.message, this.secrets);
    if (reply && isRefusal(reply)) return new ConnectionError(message, null, reply);
    const isNone = error.code === NO_REPLY || (error.response && !reply);
    return new ConnectionError(message, isNone ? NO_REPLY : systemCode(error.originalCode ?? error.code));
  }

  #quoted(text: string): string {
    return JSON.stringify(harmless(text, this.secrets).slice(0, 100));
  }
}

function refusing(reply: SmtpReply): SmtpReply | null {
  return isRefusal(reply) ? reply : null;
}

/** Codes that nodemailer puts over the system's own, and that say less than the message does. */
const masks = new Set(['ESOCKET', 'ECONNECTION', 'ESTREAM', 'EMESSAGE', 'EENVELOPE', 'EAUTH', 'ETLS', 'EDNS']);

function systemCode(code: string | undefined): string | null {
  if (code === undefined || masks.has(code)) return null;
  // The server has closed its side, and this was written to it nevertheless.
  return code.startsWith('ERR_STREAM_') ? 'ECONNRESET' : code;
}

/** Where a host has several addresses, the error of the first speaks for all. */
function fromSystem(error: NodeJS.ErrnoException & { errors?: readonly Error[] }): ConnectionError {
  return new ConnectionError(error.message || (error.errors?.[0]?.message ?? ''), systemCode(error.code));
}
