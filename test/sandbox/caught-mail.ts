/** Puts a message into the inbox as if the submission server had taken it. */

import type { CaughtMessage } from '../../src/sandbox/inbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';

/** @param rcptTo envelope recipients, in the order of their RCPT */
export function catchMail(sandbox: Sandbox, raw: Buffer, rcptTo: readonly string[]): CaughtMessage {
  return sandbox.inbox.add({
    envelope: { mailFrom: sandbox.mailbox, rcptTo, parameters: new Map([['SIZE', '12']]) },
    raw,
    session: {
      id: '08DD000000000001',
      remoteAddress: '127.0.0.1',
      ehlo: 'client.example',
      tlsProtocol: 'TLSv1.3',
      authenticatedAs: sandbox.mailbox,
      tenantId: sandbox.tenantId,
      clientId: sandbox.clientId,
      command: 'DATA',
    },
  });
}
