/** The envelope (RFC 5321 §2.3.1): who is told of a failed delivery, and who receives; never read off the header. */

import type { Message } from './message.ts';
import type { DsnRequest, SubmissionRequest } from './submission-request.ts';

export interface Envelope {
  /** For MAIL FROM. */
  readonly reversePath: string;
  /** For RCPT TO, each address once, in the order to, cc, bcc. */
  readonly forwardPaths: readonly string[];
  readonly dsn: DsnRequest | null;
  /** Whether envelope or header have characters outside ASCII, for which the server must know SMTPUTF8 (RFC 6531 §3.4). */
  readonly internationalized: boolean;
}

/** The envelope of a submission; an address that stands in several fields receives once. */
export function envelopeOf({ message, returnPath, dsn }: SubmissionRequest): Envelope {
  const forwardPaths = new Map<string, string>();
  for (const { address } of [...message.to, ...message.cc, ...message.bcc]) {
    const mailbox = address.toLowerCase();
    if (!forwardPaths.has(mailbox)) forwardPaths.set(mailbox, address);
  }
  return {
    reversePath: returnPath ?? message.from.address,
    forwardPaths: [...forwardPaths.values()],
    dsn,
    internationalized: !addressesIn(message, returnPath).every(isAscii),
  };
}

function addressesIn({ from, to, cc, bcc, replyTo }: Message, returnPath: string | null): string[] {
  return [returnPath ?? '', ...[from, ...to, ...cc, ...bcc, ...replyTo].map(({ address }) => address)];
}

/** Display names and texts are encoded; local parts outside ASCII cannot be. */
function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}
