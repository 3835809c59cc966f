/** The HTTP client under msal-node: every request has a deadline, and the raw answer or error is kept, since msal hides both. */

import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { SecureContext } from 'node:tls';
import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node';
import { type ProxyAddress, type ProxySettings, WayToEntra } from './way-to-entra.ts';

/** The last thing that came back, in the words of the other side. */
export type Evidence =
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter: string | null; readonly body: string }
  | {
      readonly kind: 'error';
      readonly error: Error;
      /** The proxy that was on the way. */
      readonly proxy: ProxyAddress | null;
      /** Whether it happened before there was a TCP connection. */
      readonly isUnconnected: boolean;
    };

export interface NetworkUse extends ProxySettings {
  readonly trust: SecureContext;
  /** Milliseconds for a request, from its start to the last byte of the answer. */
  readonly deadline: number;
  /** Ends what is under way, and whatever is begun after it. */
  readonly ending: AbortSignal;
  /** Takes secrets out of what is answered instead of a token, before anyone reads it. */
  readonly redact: (text: string) => string;
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** An answer of the token endpoint is about 2 KB. */
const MAX_BODY = 1_000_000;
const OK = 200;

export class NetworkClient implements INetworkModule {
  readonly #use: NetworkUse;
  evidence: Evidence | null = null;

  constructor(use: NetworkUse) {
    this.#use = use;
  }

  sendGetRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.#send('GET', url, options);
  }

  sendPostRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.#send('POST', url, options);
  }

  async #send<T>(method: string, url: string, options: NetworkRequestOptions = {}): Promise<NetworkResponse<T>> {
    this.#use.ending.throwIfAborted();
    const { status, headers, body } = await this.#exchange(method, url, options);
    const said = status === OK ? body : this.#use.redact(body);
    this.evidence = { kind: 'answer', status, retryAfter: headers['retry-after'] ?? null, body: said };
    return { status, headers, body: JSON.parse(said) };
  }

  async #exchange(method: string, url: string, options: NetworkRequestOptions): Promise<Answer> {
    const { trust, deadline, ending } = this.#use;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const way = new WayToEntra(trust, this.#use);
    const headers = { ...options.headers, accept: 'application/json' };
    const outgoing = request(url, { method, headers, agent: way }, (incoming) => {
      receive(incoming).then(resolve, reject);
    });
    const timer = setTimeout(() => reject(deadlineError(deadline)), deadline);
    const end = () => reject(ending.reason);
    ending.addEventListener('abort', end, { once: true });
    outgoing.on('error', reject);
    outgoing.end(options.body);
    try {
      return await promise;
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      this.evidence = { kind: 'error', error, proxy: way.proxy, isUnconnected: way.isConnecting };
      throw error;
    } finally {
      clearTimeout(timer);
      ending.removeEventListener('abort', end);
      outgoing.destroy();
      way.destroy();
    }
  }
}

async function receive(incoming: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size > MAX_BODY) throw new Error(`The answer is larger than ${MAX_BODY} bytes`);
    chunks.push(chunk);
  }
  const received = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as const);
  return {
    status: incoming.statusCode ?? 0,
    headers: Object.fromEntries(received),
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

function deadlineError(milliseconds: number): Error {
  return Object.assign(new Error(`No answer within ${milliseconds / 1000} seconds`), { code: 'ETIMEDOUT' });
}
