/** An SMTP server that plays a script: polite at every step, but for those where the script has it say or do something else. */

import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import { createCertificateAuthority, serverContext } from '../../../src/sandbox/certificates.ts';

export const authority = await createCertificateAuthority();
const secureContext: SecureContext = serverContext(await authority.issue('valid'));

/** `tls` takes the place of the handshake, `content` comes with the first byte after 354, `dot` with the final one. */
export type Step =
  | 'greeting'
  | 'ehlo'
  | 'starttls'
  | 'tls'
  | 'second ehlo'
  | 'auth'
  | 'challenge'
  | 'rset'
  | 'mail'
  | 'rcpt'
  | 'data'
  | 'content'
  | 'dot'
  | 'quit';

/** A reply, or what is done to the connection instead; after that the server listens no more, unless it says so. */
export type Move =
  | string
  | ((connection: { readonly socket: Socket; readonly plain: Socket }) => undefined | 'listens on');
export type Script = Partial<Record<Step, Move>>;

export const drop = ({ plain }: { readonly plain: Socket }): undefined => void plain.resetAndDestroy();
export const fin = ({ socket }: { readonly socket: Socket }): undefined => void socket.end();
export const stall: Move = () => undefined;
/** A byte at a time, each long before a deadline would strike that counts from the last one. */
export const trickle: Move = ({ socket }) => {
  const timer = setInterval(() => socket.write('2'), 5);
  socket.on('close', () => clearInterval(timer));
  return undefined;
};
/** The same again and again, for as long as somebody reads it. */
export function endless(text: string): Move {
  return ({ socket }) => {
    const more = (): void => {
      while (!socket.destroyed && socket.write(text));
    };
    socket.on('drain', more);
    more();
    return undefined;
  };
}

export interface ScriptedServer extends AsyncDisposable {
  readonly port: number;
  /** Commands of all connections, in the order in which they came; AUTH without its argument. */
  readonly commands: string[];
  /** What came after each 354, with its final dot where that came too. */
  readonly contents: Buffer[];
  /** Connections so far, those open now, and the most at once. */
  readonly count: { total: number; open: number; most: number };
  /** Mailboxes authenticated on each connection. */
  readonly users: string[][];
  /** Resolves once so many connections have gone. */
  gone(connections: number): Promise<void>;
  /** Does something to every connection that is open. */
  play(move: (connection: { readonly socket: Socket; readonly plain: Socket }) => void): void;
}

const POLITE: Readonly<Record<Step, string>> = {
  greeting: '220 scripted ESMTP',
  ehlo: '250-scripted\r\n250 STARTTLS',
  starttls: '220 2.0.0 go ahead',
  tls: '',
  'second ehlo':
    '250-scripted\r\n250-SIZE 157286400\r\n250-PIPELINING\r\n250-DSN\r\n250-8BITMIME\r\n250-AUTH XOAUTH2\r\n250 SMTPUTF8',
  auth: '235 2.7.0 welcome',
  challenge: '535 5.7.3 no',
  rset: '250 2.0.0 forgotten',
  mail: '250 2.1.0 sender fine',
  rcpt: '250 2.1.5 recipient fine',
  data: '354 go on',
  content: '',
  dot: '250 2.0.0 taken',
  quit: '221 2.0.0 bye',
};
const END = Buffer.from('\r\n.\r\n');

/** @param script for all connections, or for the n-th, counted from 1 */
export async function scriptedServer(script: Script | ((connection: number) => Script) = {}): Promise<ScriptedServer> {
  const sockets = new Set<{ readonly socket: Socket; readonly plain: Socket }>();
  const server = createServer({ noDelay: true });
  const kept = { commands: [] as string[], contents: [] as Buffer[], users: [] as string[][] };
  const count = { total: 0, open: 0, most: 0 };
  let closed = 0;
  let onGone: () => void = () => {};
  server.on('connection', (plain: Socket) => {
    count.total += 1;
    count.open += 1;
    count.most = Math.max(count.most, count.open);
    const users: string[] = [];
    kept.users.push(users);
    const own = typeof script === 'function' ? script(count.total) : script;
    const connection = { socket: plain, plain };
    sockets.add(connection);
    plain.on('error', () => {});
    plain.once('close', () => {
      count.open -= 1;
      closed += 1;
      sockets.delete(connection);
      onGone();
    });
    converse(connection, own, { ...kept, users });
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    ...kept,
    count,
    gone: (connections) =>
      new Promise((resolve) => {
        onGone = () => {
          if (closed >= connections) resolve();
        };
        onGone();
      }),
    play: (move) => {
      for (const connection of [...sockets]) move(connection);
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const { plain } of sockets) plain.destroy();
      if (server.listening) await once(server, 'close');
    },
  };
}

function converse(
  connection: { socket: Socket; plain: Socket },
  script: Script,
  kept: { commands: string[]; contents: Buffer[]; users: string[] },
): void {
  let received: Buffer = Buffer.alloc(0);
  let content: number | null = null;
  let secure = false;
  let challenged = false;
  let listening = true;
  const play = (step: Step): void => {
    const move = script[step] ?? POLITE[step];
    if (typeof move === 'function') listening = move(connection) === 'listens on';
    else if (move) connection.socket.write(`${move}\r\n`);
  };
  const listen = (): void => {
    connection.socket.on('error', () => {});
    connection.socket.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes]);
      read();
    });
  };
  const read = (): void => {
    while (received.length > 0 && listening) if (!(content === null ? command() : text(content))) return;
  };
  const command = (): boolean => {
    const end = received.indexOf('\r\n');
    if (end < 0) return false;
    const line = received.toString('utf8', 0, end);
    received = received.subarray(end + 2);
    const verb = line.split(' ', 1)[0]?.toUpperCase() ?? '';
    kept.commands.push(verb === 'AUTH' ? 'AUTH' : line);
    if (challenged) {
      challenged = false;
      play('challenge');
    } else if (verb === 'EHLO') play(secure ? 'second ehlo' : 'ehlo');
    else if (verb === 'STARTTLS') return startTls();
    else if (verb === 'AUTH') {
      const response = Buffer.from(line.split(' ')[2] ?? '', 'base64').toString();
      kept.users.push(response.slice('user='.length).split('\x01')[0] ?? '');
      const { auth } = script;
      challenged = typeof auth === 'string' && auth.startsWith('334');
      if (auth === ECHO) connection.socket.write(`535 5.7.3 cannot parse "${line}" (${response})\r\n`);
      else play('auth');
    } else if (verb === 'DATA') {
      play('data');
      if ((script.data ?? POLITE.data) === POLITE.data) {
        content = kept.contents.push(Buffer.alloc(0)) - 1;
        received = Buffer.concat([Buffer.from('\r\n'), received]);
        return text(content);
      }
    } else if (verb === 'QUIT') {
      play('quit');
      if (!script.quit) connection.socket.end();
    } else play(verb === 'MAIL' ? 'mail' : verb === 'RCPT' ? 'rcpt' : 'rset');
    return true;
  };
  /** The CRLF of DATA counts as the first of the end (RFC 5321 §4.1.1.4). */
  const text = (at: number): boolean => {
    const end = received.indexOf(END);
    const began = kept.contents[at]?.length === 0 && received.length > 2;
    kept.contents[at] = received.subarray(2, end < 0 ? received.length : end + END.length);
    if (began && script.content) play('content');
    if (end < 0 || !listening) return false;
    received = received.subarray(end + END.length);
    content = null;
    play('dot');
    return true;
  };
  const startTls = (): boolean => {
    const { starttls } = script;
    if (starttls !== undefined) {
      play('starttls');
      return false;
    }
    connection.socket.write(`${POLITE.starttls}\r\n`);
    if (script.tls) {
      play('tls');
      return false;
    }
    connection.plain.removeAllListeners('data');
    connection.socket = new TLSSocket(connection.plain, { isServer: true, secureContext });
    secure = true;
    listen();
    return false;
  };
  listen();
  play('greeting');
}

/** For `auth`: answers with the line it was sent, and with what that says. */
export const ECHO = '535 echo';
