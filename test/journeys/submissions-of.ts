/** What a relay says of the submissions it holds, read by its API as an operator does. */

import { setTimeout as delay } from 'node:timers/promises';

/** As much of a listed submission as the journeys look at. */
export interface Listed {
  readonly id: string;
  readonly status: string;
  readonly message_id: string;
  readonly attempt_count: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly last_failure: { readonly code: string } | null;
}

/** Whom to ask: a relay of its own process, or one in this. */
export interface Asked {
  readonly url: string;
  readonly key: string;
}

/** Statuses of what waits or is being sent. */
export const UNFINISHED = 'queued,sending,deferred';

/** All submissions, or those in some statuses. */
export async function submissionsOf(relay: Asked, statuses?: string): Promise<Listed[]> {
  const found: Listed[] = [];
  let after: string | null = null;
  do {
    const query = new URLSearchParams({ limit: '100', ...(statuses && { status: statuses }), ...(after && { after }) });
    const page: { data: Listed[]; next: string | null } = await get(relay, `/submissions?${query}`);
    found.push(...page.data);
    after = page.next;
  } while (after !== null);
  return found;
}

/** Resolves when nothing waits or is being sent. */
export async function allFinished(relay: Asked): Promise<void> {
  while ((await get<{ data: Listed[] }>(relay, `/submissions?limit=1&status=${UNFINISHED}`)).data.length > 0) {
    await delay(50);
  }
}

async function get<T>({ url, key }: Asked, path: string): Promise<T> {
  const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } });
  if (response.status !== 200) throw new Error(`${path} is answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}
