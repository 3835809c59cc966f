/** The envelope (RFC 5321 §2.3.1): who is told of a failed delivery, and who receives; never read off the header. */

import type { Message } from './message.ts';

export interface Envelope {
  /** For MAIL FROM. */
  readonly reversePath: string;
  /** For RCPT TO, each address once, in the order to, cc, bcc. */
  readonly forwardPaths: readonly string[];
}

/** The envelope of a message; an address that stands in several fields receives once. */
export function envelopeOf(message: Message): Envelope {
  const forwardPaths = new Map<string, string>();
  for (const { address } of [...message.to, ...message.cc, ...message.bcc]) {
    const mailbox = address.toLowerCase();
    if (!forwardPaths.has(mailbox)) forwardPaths.set(mailbox, address);
  }
  return { reversePath: message.from.address, forwardPaths: [...forwardPaths.values()] };
}
