/** What the server listens with: HTTP, or HTTPS by TLS 1.2 and above. */

import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

/** A certificate with its chain, and the key that belongs to it. */
export interface ServerTls {
  /** PEM */
  readonly certificate: string;
  readonly privateKey: { reveal(): string };
}

export interface ListenerOptions {
  /** Null to serve in clear. */
  readonly tls: ServerTls | null;
  /** Milliseconds for a request to arrive in full. */
  readonly requestTimeout: number;
}

/**
 * Above the 60 s for which proxies commonly keep a connection: whoever keeps it shorter closes it, and a relay that
 * closes first now and then cuts off a request on its way. In milliseconds.
 */
const KEEP_ALIVE = 75_000;

/** Makes the server; it does not listen yet. */
export function listener({ tls, requestTimeout }: ListenerOptions, handler: RequestListener): Server {
  const options = {
    requestTimeout,
    headersTimeout: Math.min(requestTimeout, 60_000),
    // How often Node looks for requests that have taken too long.
    connectionsCheckingInterval: Math.max(requestTimeout / 4, 10),
    keepAliveTimeout: KEEP_ALIVE,
    // Node would answer without a word; the server's own hook says what is missing.
    requireHostHeader: false,
  };
  if (!tls) return createServer(options, handler);
  const { certificate: cert, privateKey } = tls;
  return createTlsServer({ ...options, cert, key: privateKey.reveal(), minVersion: 'TLSv1.2' }, handler);
}
