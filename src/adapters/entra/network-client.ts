/** The HTTP client under msal-node: every request has a deadline, and the raw answer or error is kept, since msal hides both. */

import { type Agent, request } from 'node:https';
import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node';

/** The last thing that came back, in the words of the other side. */
export type Evidence =
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter: string | null; readonly body: string }
  | { readonly kind: 'error'; readonly error: Error };

/** An answer of the token endpoint is about 2 KB. */
const MAX_BODY = 1_000_000;

export class NetworkClient implements INetworkModule {
  readonly #agent: Agent;
  readonly #deadline: number;
  evidence: Evidence | null = null;

  /**
   * @param agent keeps connections and the trusted authorities
   * @param deadline milliseconds for a request, from its start to the last byte of the answer
   */
  constructor(agent: Agent, deadline: number) {
    this.#agent = agent;
    this.#deadline = deadline;
  }

  sendGetRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.#send('GET', url, options);
  }

  sendPostRequestAsync<T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    return this.#send('POST', url, options);
  }

  async #send<T>(method: string, url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
    try {
      const answer = await this.#exchange(method, url, options);
      const retryAfter = answer.headers['retry-after'] ?? null;
      this.evidence = { kind: 'answer', status: answer.status, retryAfter, body: answer.body };
      return { status: answer.status, headers: answer.headers, body: JSON.parse(answer.body) };
    } catch (error) {
      if (this.evidence?.kind !== 'answer') this.evidence = { kind: 'error', error: asError(error) };
      throw error;
    }
  }

  #exchange(
    method: string,
    url: string,
    options: NetworkRequestOptions = {},
  ): Promise<{ status: number; headers: Record<string, string>; body: string }> {
    this.evidence = null;
    return new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(this.#deadline);
      const headers = { ...options.headers, accept: 'application/json' };
      const outgoing = request(url, { method, headers, agent: this.#agent, signal }, (incoming) => {
        const chunks: Buffer[] = [];
        let size = 0;
        incoming.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > MAX_BODY) incoming.destroy(new Error(`The answer is larger than ${MAX_BODY} bytes`));
          else chunks.push(chunk);
        });
        incoming.on('error', reject);
        incoming.on('end', () => {
          const received = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as const);
          resolve({
            status: incoming.statusCode ?? 0,
            headers: Object.fromEntries(received),
            body: Buffer.concat(chunks).toString('utf8'),
          });
        });
      });
      outgoing.on('error', (error) => reject(signal.aborted ? deadlineError(this.#deadline) : error));
      outgoing.end(options.body);
    });
  }
}

function deadlineError(milliseconds: number): Error {
  return Object.assign(new Error(`No answer within ${milliseconds / 1000} seconds`), { code: 'ETIMEDOUT' });
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
