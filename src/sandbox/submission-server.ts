/** The submission server of the sandbox: accepts connections on loopback and gives each a session, or the fault it was started with. */

import type { Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { CertificateAuthority } from './certificates.ts';
import { handshakeOptions } from './handshake.ts';
import type { CaughtMessage, Refusal } from './inbox.ts';
import { type LoopbackServer, listenOnLocalhost } from './loopback.ts';
import { SmtpConnection } from './smtp-connection.ts';
import { type SessionRules, SmtpSession } from './smtp-session.ts';

const HOST_NAME = 'SBX0CA0001.sandbox.prod.outlook.com';

export interface SubmissionServerOptions
  extends Pick<
    SessionRules,
    'tokens' | 'limits' | 'script' | 'authenticationFailureDelay' | 'fault' | 'onAuthenticationAttempt'
  > {
  readonly authority: CertificateAuthority;
  /** 0 for any free one; a free one as well when it is taken. */
  readonly preferredPort: number;
  readonly onConnection: () => void;
  readonly onMessage: (message: Omit<CaughtMessage, 'id' | 'receivedAt'>) => void;
  readonly onRefusal: (refusal: Omit<Refusal, 'id' | 'refusedAt'>) => void;
}

/** Starts the server. */
export async function startSubmissionServer(options: SubmissionServerOptions): Promise<LoopbackServer> {
  const secureContext = createSecureContext(await handshakeOptions(options.authority, options.fault));
  return await listenOnLocalhost((socket) => {
    options.onConnection();
    if (options.fault === 'connection-reset') socket.resetAndDestroy();
    else if (options.fault === 'connection-timeout') socket.on('error', () => {}).resume();
    else serve(socket, { ...options, secureContext });
  }, options.preferredPort);
}

function serve(socket: Socket, options: SubmissionServerOptions & Pick<SessionRules, 'secureContext'>): void {
  const connection = new SmtpConnection(socket, HOST_NAME);
  const session = new SmtpSession(connection, {
    ...options,
    onTaken: ({ mailFrom, rcptTo, parameters, raw, command }, client) =>
      options.onMessage({
        envelope: { mailFrom, rcptTo, parameters },
        raw,
        session: {
          ...client,
          id: connection.id,
          remoteAddress: connection.remoteAddress,
          tlsProtocol: connection.tlsProtocol ?? '',
          command,
        },
      }),
    onRefused: (refusal) => options.onRefusal({ ...refusal, sessionId: connection.id }),
  });
  // What goes wrong on the wire ends the session; anything else is a defect, and may show as one.
  void session.run();
}
