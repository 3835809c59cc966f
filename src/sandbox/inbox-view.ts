/** Which messages and refusals one page of the inbox shows: the newest first, a hundred to a page, so that a full inbox stays quick. */

import { type RefusalJson, refusalJson, type SummaryJson, summaryOf } from './caught-message-json.ts';
import type { CaughtMessage, Inbox, Refusal } from './inbox.ts';

export const ENTRIES_PER_PAGE = 100;

export interface Entries {
  readonly entries: readonly (SummaryJson | RefusalJson)[];
  readonly messages: number;
  readonly refusals: number;
  /** From 1. */
  readonly page: number;
  readonly pages: number;
}

/** @param at a page, or the message whose page it is; what is no page is the first or the last */
export async function entriesOf({ messages, refusals }: Inbox, at: CaughtMessage | number): Promise<Entries> {
  // Turned around before, so that of one millisecond the last is the first too.
  const all = [...messages, ...refusals].reverse().sort((one, other) => instant(other) - instant(one));
  const pages = Math.max(1, Math.ceil(all.length / ENTRIES_PER_PAGE));
  const wanted = typeof at === 'number' ? Math.trunc(at) : Math.floor(all.indexOf(at) / ENTRIES_PER_PAGE) + 1;
  const page = Math.min(Math.max(wanted || 1, 1), pages);
  const shown = all.slice((page - 1) * ENTRIES_PER_PAGE, page * ENTRIES_PER_PAGE);
  const entries = shown.map((entry) => ('raw' in entry ? summaryOf(entry) : refusalJson(entry)));
  return {
    entries: await Promise.all(entries),
    messages: messages.length,
    refusals: refusals.length,
    page,
    pages,
  };
}

function instant(entry: CaughtMessage | Refusal): number {
  return ('raw' in entry ? entry.receivedAt : entry.refusedAt).getTime();
}
