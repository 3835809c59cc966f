/** An HTTP proxy that makes tunnels (RFC 9110 §9.3.6), counts them, and can demand a password, refuse, or say nothing. */

import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface ConnectProxy extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  /** What CONNECT named, in order. */
  readonly tunnels: readonly string[];
  /** Resolves when no connection is open. */
  disconnected(): Promise<void>;
}

export interface ConnectProxyOptions {
  /** `user:password` */
  readonly credentials?: string;
  /** The status line of its answer to every CONNECT, such as `403 Forbidden`. */
  readonly refusal?: string;
  readonly silent?: boolean;
}

export async function startConnectProxy(options: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  const tunnels: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    tunnels.push(request.url ?? '');
    // After CONNECT the socket is nobody's but ours, and its end shows only to who reads.
    if (options.silent) return void client.resume().on('end', () => client.destroy());
    const refusal = refusalOf(request, options);
    if (refusal !== null) return void client.end(`HTTP/1.1 ${refusal}\r\nContent-Length: 0\r\n\r\n`);
    const { hostname, port } = new URL(`http://${request.url}`);
    const endpoint = connect({ host: hostname, port: Number(port) }, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      endpoint.pipe(client).pipe(endpoint);
    });
    endpoint.on('error', () => client.destroy());
    client.on('close', () => endpoint.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    tunnels,
    disconnected: async () => {
      await Promise.all([...sockets].map((socket) => once(socket, 'close')));
    },
    [Symbol.asyncDispose]: async () => {
      const closed = once(server.close(), 'close');
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function refusalOf(request: IncomingMessage, { credentials, refusal }: ConnectProxyOptions): string | null {
  if (refusal !== undefined) return refusal;
  if (credentials === undefined) return null;
  const expected = `Basic ${Buffer.from(credentials).toString('base64')}`;
  return request.headers['proxy-authorization'] === expected
    ? null
    : '407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"';
}
