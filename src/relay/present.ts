/** A submission as it is at this moment: what its record says, and what its place in the line knows better. */

import { failure } from '../domain/failure.ts';
import type { Submission } from '../domain/submission.ts';
import type { Lines } from './lines.ts';

export type Present = (submission: Submission) => Submission;

/** Makes the view of what stands in these lines. */
export function presentBy(lines: Lines): Present {
  return (submission) => {
    const place = lines.placeOf(submission.id);
    if (!place) return submission;
    if (place.stand === 'attempt') return { ...submission, status: 'sending', nextAttemptAt: null };
    const { mailbox, tenant } = place;
    if (!lines.lineOf(place).route) {
      const detail = `This relay's configuration has no mailbox ${mailbox} in tenant ${tenant}.`;
      const lastFailure = failure('mailbox-not-configured', { detail, values: { mailbox } });
      return { ...submission, status: 'deferred', nextAttemptAt: null, lastFailure };
    }
    const earliest = lines.earliest(place);
    const nextAttemptAt = Number.isFinite(earliest) ? Math.ceil(earliest) : submission.nextAttemptAt;
    const lastFailure = lines.pauses.stateFor(place)?.failure ?? submission.lastFailure;
    return { ...submission, nextAttemptAt, lastFailure };
  };
}
