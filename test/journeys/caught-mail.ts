/** All that a sandbox has caught, also beyond what its inbox keeps, by the subject of the message. */

import type { CaughtMessage, Inbox } from '../../src/sandbox/inbox.ts';

export interface CaughtMail extends Disposable {
  /** In the order of arrival. */
  readonly messages: readonly CaughtMessage[];
  /** By subject, each with all messages that have it. */
  bySubject(): ReadonlyMap<string, readonly CaughtMessage[]>;
}

/** Begins to collect. */
export function collectMail(inbox: Inbox): CaughtMail {
  const messages: CaughtMessage[] = [];
  const seen = new Set<string>();
  const end = new AbortController();
  const look = (): void => {
    const { messages: kept } = inbox;
    let from = kept.length;
    while (from > 0 && !seen.has(kept[from - 1]?.id ?? '')) from -= 1;
    for (const message of kept.slice(from)) {
      seen.add(message.id);
      messages.push(message);
    }
  };
  const collect = async (): Promise<void> => {
    while (!end.signal.aborted) {
      look();
      await inbox.changed(end.signal).catch(() => {});
    }
  };
  void collect();
  return {
    get messages() {
      look();
      return messages;
    },
    bySubject: () => {
      look();
      return Map.groupBy(messages, subjectOf);
    },
    [Symbol.dispose]: () => end.abort(),
  };
}

export function subjectOf({ raw }: CaughtMessage): string {
  return headerOf(raw, 'Subject');
}

export function messageIdOf({ raw }: CaughtMessage): string {
  return headerOf(raw, 'Message-ID');
}

function headerOf(raw: Buffer, name: string): string {
  return new RegExp(`^${name}: (.*)\\r$`, 'im').exec(raw.toString('latin1'))?.[1] ?? '';
}
