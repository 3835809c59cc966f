/** Callers of an HTTP server: each has a connection of its own, and anything but a 200 ends the benchmark. */

import { HttpConnection } from '../http-connection.ts';
import { drive, OUTSTANDING, type Taken } from '../load.ts';
import { mail } from '../message.ts';

export interface Callers extends Disposable {
  submit(messages: number): Promise<Taken>;
}

/** @param authorization the header field's value; null for a server that asks for none */
export function callersOf(url: string, mailbox: string, authorization: string | null): Callers {
  const fields = authorization === null ? {} : { authorization };
  const connections = Array.from({ length: OUTSTANDING }, () => new HttpConnection(url, fields));
  return {
    submit: (messages) =>
      drive({ messages, outstanding: OUTSTANDING }, async (number, lane) => {
        const answer = await connections[lane]?.post('/send', JSON.stringify(mail(mailbox, number)));
        if (answer?.status !== 200) throw new Error(`POST /send was answered by ${answer?.head}\n\n${answer?.body}`);
      }),
    [Symbol.dispose]: () => {
      for (const connection of connections) connection.close();
    },
  };
}
