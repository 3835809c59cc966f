/** What nobody asks for: what has expired leaves its line, and what is kept no longer leaves the outbox. */

import type { Outbox } from '../ports/outbox.ts';
import type { Clock, Events } from '../ports.ts';
import type { Lines } from './lines.ts';

export interface HousekeepingUse {
  readonly outbox: Outbox;
  readonly lines: Lines;
  readonly clock: Clock;
  readonly events: Events;
  readonly windows: { readonly day: number };
  readonly retention: { readonly records: number; readonly contents: number };
  readonly onSwept: () => Promise<void>;
}

/** Milliseconds. */
const LOOK_FOR_EXPIRED = 5_000;
const SWEEP = 10 * 60_000;
/** A key of an Idempotency-Key lives so long, and until its submission is final. */
const CLAIM_LIFE = 24 * 60 * 60_000;

/** Begins; a sweep is made at once. */
export function keepHouse(use: HousekeepingUse): { stop(): void } {
  const expired = setInterval(() => expireIn(use), LOOK_FOR_EXPIRED);
  const sweeping = setInterval(() => {
    use.lines.pauses.forgetIdle();
    void sweep(use);
  }, SWEEP);
  void sweep(use);
  return {
    stop: () => {
      clearInterval(expired);
      clearInterval(sweeping);
    },
  };
}

/** A line looks at its head alone, and at nothing while it pauses. */
function expireIn({ lines, clock }: HousekeepingUse): void {
  const now = clock.now().getTime();
  for (const place of lines.places) if (place.expiresAt <= now && place.stand !== 'attempt') lines.expire(place);
}

async function sweep({ outbox, clock, events, windows, retention, onSwept }: HousekeepingUse): Promise<void> {
  const now = clock.now().getTime();
  try {
    const records = await outbox.sweep({
      finishedBefore: now - retention.records,
      contentOfFinishedBefore: now - retention.contents,
      claimedBefore: now - CLAIM_LIFE,
      usedBefore: now - windows.day,
    });
    if (records === 0) return;
    events.swept({ records });
    await onSwept();
  } catch {
    // The outbox cannot be written; it says so itself, and the next sweep comes.
  }
}
