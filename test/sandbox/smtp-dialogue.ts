/** A client that speaks SMTP by hand, so that tests see every byte the submission server sends. */

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Sandbox, SandboxTenant } from '../../src/sandbox/sandbox.ts';
import { postTokenForm, tokenFor, tokenForm } from './token-request.ts';

export class SmtpDialogue implements Disposable {
  readonly #sandbox: Sandbox;
  #socket: Socket;
  #received = '';
  #more = Promise.withResolvers<void>();
  /** Whether the server has closed, in whatever way. */
  ended = false;

  private constructor(sandbox: Sandbox, socket: Socket) {
    this.#sandbox = sandbox;
    this.#socket = socket;
    this.#listen();
  }

  /** Connects; nothing is read yet. */
  static async open(sandbox: Sandbox): Promise<SmtpDialogue> {
    const socket = connect({ host: sandbox.smtpHost, port: sandbox.smtpPort, noDelay: true });
    await once(socket, 'connect');
    return new SmtpDialogue(sandbox, socket);
  }

  /** Connects and goes as far as the second EHLO. */
  static async secured(sandbox: Sandbox): Promise<SmtpDialogue> {
    const dialogue = await SmtpDialogue.open(sandbox);
    await dialogue.reply();
    await dialogue.say('EHLO client.example');
    await dialogue.say('STARTTLS');
    await dialogue.upgrade();
    await dialogue.say('EHLO client.example');
    return dialogue;
  }

  /** Connects and goes as far as an authenticated mailbox. */
  static async authenticated(sandbox: Sandbox, user = sandbox.mailbox): Promise<SmtpDialogue> {
    const dialogue = await SmtpDialogue.secured(sandbox);
    await dialogue.say(`AUTH XOAUTH2 ${xoauth2(user, await tokenFor(sandbox))}`);
    return dialogue;
  }

  /** The next reply, its lines parted by `\n`; what came before the end when the server closes. */
  async reply(): Promise<string> {
    for (;;) {
      const whole = /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/.exec(this.#received)?.[0];
      if (whole !== undefined) {
        this.#received = this.#received.slice(whole.length);
        return whole.trimEnd().replaceAll('\r\n', '\n');
      }
      if (this.ended) return this.#received;
      await this.#more.promise;
    }
  }

  /** The next line, whatever it is. */
  async line(): Promise<string> {
    for (;;) {
      const end = this.#received.indexOf('\r\n');
      if (end < 0) {
        if (this.ended) return this.#received;
        await this.#more.promise;
        continue;
      }
      const line = this.#received.slice(0, end);
      this.#received = this.#received.slice(end + 2);
      return line;
    }
  }

  /** So many replies, in order. */
  async replies(count: number): Promise<string[]> {
    const replies: string[] = [];
    while (replies.length < count) replies.push(await this.reply());
    return replies;
  }

  send(bytes: string | Buffer): void {
    this.#socket.write(bytes);
  }

  /** Sends one line and reads one reply. */
  async say(line: string): Promise<string> {
    this.send(`${line}\r\n`);
    return await this.reply();
  }

  /** The TLS handshake behind STARTTLS. */
  async upgrade(): Promise<void> {
    this.#socket.removeAllListeners();
    const ca = await readFile(this.#sandbox.caFile);
    const secured = connectTls({ socket: this.#socket, ca, servername: this.#sandbox.smtpHost });
    this.#socket = secured;
    await once(secured, 'secureConnect');
    this.#listen();
  }

  /** Waits until the server has closed. */
  async end(): Promise<void> {
    while (!this.ended) await this.#more.promise;
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #listen(): void {
    const wake = (): void => {
      this.#more.resolve();
      this.#more = Promise.withResolvers();
    };
    this.#socket.on('error', () => {});
    this.#socket.on('data', (bytes: Buffer) => {
      this.#received += bytes.toString();
      wake();
    });
    this.#socket.on('close', () => {
      this.ended = true;
      wake();
    });
  }
}

/** The XOAUTH2 string, in Base64. */
export function xoauth2(user: string, token: string): string {
  return Buffer.from(`user=${user}\x01auth=Bearer ${token}\x01\x01`).toString('base64');
}

/** Connects and tries to authenticate as the app of a tenant; the reply to AUTH comes with the dialogue. */
export async function signIn(
  sandbox: Sandbox,
  { tenantId, clientId, clientSecret, mailbox }: Omit<SandboxTenant, 'domain'> = sandbox,
): Promise<[SmtpDialogue, string]> {
  const form = { ...tokenForm(sandbox), client_id: clientId, client_secret: clientSecret };
  const { body } = await postTokenForm(sandbox, form, { tenant: tenantId });
  const client = await SmtpDialogue.secured(sandbox);
  return [client, await client.say(`AUTH XOAUTH2 ${xoauth2(mailbox, JSON.parse(body).access_token)}`)];
}

/** Submits a message, and answers the reply to its final dot. */
export async function submit(client: SmtpDialogue, from: string, to = ['jane@fabrikam.example']): Promise<string> {
  sendMessage(client, from, to);
  return (await client.replies(to.length + 3)).at(-1) ?? '';
}

/** Sends a whole message without waiting for a reply. */
export function sendMessage(client: SmtpDialogue, from: string, to = ['jane@fabrikam.example']): void {
  const recipients = to.map((each) => `RCPT TO:<${each}>\r\n`).join('');
  client.send(`MAIL FROM:<${from}>\r\n${recipients}DATA\r\nFrom: ${from}\r\n\r\nHello\r\n.\r\n`);
}
