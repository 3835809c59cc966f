/** Callers of an HTTP server: each has a connection of its own, and any answer but the one that is expected ends the benchmark. */

import { HttpConnection } from '../http-connection.ts';
import { drive, OUTSTANDING, type Taken } from '../load.ts';
import { mail } from '../message.ts';

export interface Callers extends Disposable {
  submit(messages: number): Promise<Taken>;
}

export interface CallerOptions {
  readonly url: string;
  /** Header fields of every request. */
  readonly fields?: Readonly<Record<string, string>>;
  /** The status of every answer; 200 when absent. */
  readonly status?: number;
  /** How many call at once; 16 when absent. */
  readonly outstanding?: number;
  /** Whom a message is from. */
  readonly mailboxOf: (number: number) => string;
  /** JSON of a message; one of 2 KB when absent. */
  readonly bodyOf?: (mailbox: string, number: number) => string | Buffer;
}

export function callersOf(options: CallerOptions): Callers {
  const { url, fields = {}, status = 200, outstanding = OUTSTANDING, mailboxOf, bodyOf = smallBody } = options;
  const connections = Array.from({ length: outstanding }, () => new HttpConnection(url, fields));
  return {
    submit: (messages) =>
      drive({ messages, outstanding }, async (number, lane) => {
        const answer = await connections[lane]?.post('/send', bodyOf(mailboxOf(number), number));
        if (answer?.status !== status) throw new Error(`POST /send was answered by ${answer?.head}\n\n${answer?.body}`);
      }),
    [Symbol.dispose]: () => {
      for (const connection of connections) connection.close();
    },
  };
}

function smallBody(mailbox: string, number: number): string {
  return JSON.stringify(mail(mailbox, number));
}
