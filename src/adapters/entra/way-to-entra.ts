/** The way of one token request to Entra ID, direct or through the proxy that HTTPS_PROXY names; it ends with the request, however far it got. */

import { Agent, type AgentOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { type SecureContext, TLSSocket } from 'node:tls';

export interface ProxySettings {
  /** `HTTPS_PROXY` and `NO_PROXY` as Node.js reads them; null when not set. */
  readonly httpsProxy: string | null;
  readonly noProxy: string | null;
}

/** A proxy that is on the way; its user name and password are not part of it. */
export interface ProxyAddress {
  readonly host: string;
  readonly port: string;
}

/**
 * A connection of its own for each request: they are about one an hour, and one that is kept open so long
 * is dropped by firewalls without a word, which would then look like a silent Entra ID.
 */
export class WayToEntra extends Agent {
  readonly #proxy: URL | null;
  #socket: Duplex | null = null;
  #isProxied = false;

  constructor(trust: SecureContext, { httpsProxy, noProxy }: ProxySettings) {
    super(agentOptions(trust, { httpsProxy, noProxy }));
    this.#proxy = httpsProxy === null ? null : new URL(httpsProxy);
  }

  override createConnection(...parameters: Parameters<Agent['createConnection']>): Duplex | null | undefined {
    const socket = super.createConnection(...parameters);
    this.#socket = socket ?? null;
    // Towards a proxy that speaks clear text the socket is a plain one; the tunnel is made in it later.
    this.#isProxied = this.#proxy !== null && (this.#proxy.protocol === 'https:' || !(socket instanceof TLSSocket));
    return socket;
  }

  /** The proxy, when this way leads through one. */
  get proxy(): ProxyAddress | null {
    return this.#proxy && this.#isProxied ? { host: this.#proxy.hostname, port: portOf(this.#proxy) } : null;
  }

  /** Whether TCP has got no connection yet. */
  get isConnecting(): boolean {
    return this.#socket !== null && Reflect.get(this.#socket, 'connecting') === true;
  }

  override destroy(): void {
    super.destroy();
    // A tunnel that is being made is not among the agent's sockets yet.
    this.#socket?.destroy();
  }
}

function agentOptions(secureContext: SecureContext, { httpsProxy, noProxy }: ProxySettings): AgentOptions {
  if (httpsProxy === null) return { secureContext };
  return { secureContext, proxyEnv: { HTTPS_PROXY: httpsProxy, ...(noProxy !== null && { NO_PROXY: noProxy }) } };
}

function portOf({ port, protocol }: URL): string {
  return port || (protocol === 'https:' ? '443' : '80');
}
