/** Listening on loopback alone, at every address that `localhost` leads to, and never failing because a port is taken. */

import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { type AddressInfo, createServer, isIPv6, type Server, type Socket } from 'node:net';

export interface LoopbackServer {
  readonly port: number;
  /** Stops listening and cuts what is connected. */
  close(): Promise<void>;
}

/**
 * Listens for TCP connections on `localhost`.
 *
 * @param preferredPort when it is taken, or 0, a free one is used
 */
export async function listenOnLocalhost(
  onConnection: (socket: Socket) => void,
  preferredPort: number,
): Promise<LoopbackServer> {
  const sockets = new Set<Socket>();
  const accept = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    onConnection(socket);
  };
  const [address = '127.0.0.1', ...others] = await loopbackAddresses();
  const first = await withFreePortInstead(preferredPort, (port) => listen(accept, address, port));
  const { port } = first.address() as AddressInfo;
  const rest = await Promise.allSettled(others.map((other) => listen(accept, other, port)));
  const servers = [first, ...rest.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))];
  return {
    port,
    close: async () => {
      const closed = servers.map((server) => once(server.close(), 'close'));
      for (const socket of sockets) socket.destroy();
      await Promise.all(closed);
    },
  };
}

/** Listens on the preferred port, or on any free one when that is taken or not allowed. */
export async function withFreePortInstead<T>(preferred: number, listenOn: (port: number) => Promise<T>): Promise<T> {
  try {
    return await listenOn(preferred);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (preferred === 0 || (code !== 'EADDRINUSE' && code !== 'EACCES')) throw error;
    return await listenOn(0);
  }
}

async function loopbackAddresses(): Promise<string[]> {
  const found = await lookup('localhost', { all: true }).catch(() => []);
  const addresses = found.map(({ address }) => address).filter((address) => /^127\.|^::1$/.test(address));
  return [...new Set(addresses)].sort((a, b) => Number(isIPv6(a)) - Number(isIPv6(b)));
}

async function listen(onConnection: (socket: Socket) => void, host: string, port: number): Promise<Server> {
  const server = createServer({ noDelay: true }, onConnection);
  server.listen({ host, port });
  await once(server, 'listening');
  return server;
}
