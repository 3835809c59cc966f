/** Whether a submission is one that a filter asks for; what the columns of a row tell is looked at first, because a record has to be read for the rest. */

import { sameAddress } from './mailbox.ts';
import type { Instant, Submission, SubmissionStatus } from './submission.ts';

/** Whose submissions, and which. Everything that is given must hold. */
export interface SubmissionFilter {
  /** Names; null for any. A client sees its own, an operator those of its tenants. */
  readonly client?: string | undefined;
  readonly tenants?: readonly string[] | undefined;
  readonly statuses?: readonly SubmissionStatus[] | undefined;
  readonly mailbox?: string | undefined;
  readonly recipient?: string | undefined;
  /** A name alone, or a name and its value. */
  readonly tag?: { readonly name: string; readonly value?: string | undefined } | undefined;
  /** By acceptance: from this instant on, and before that one. */
  readonly acceptedFrom?: Instant | undefined;
  readonly acceptedBefore?: Instant | undefined;
}

type Columns = Pick<Submission, 'client' | 'tenant' | 'mailbox' | 'status' | 'acceptedAt'>;

/** By what stands in columns. */
export function matchesColumns(of: Columns, filter: SubmissionFilter): boolean {
  return (
    (filter.client === undefined || of.client === filter.client) &&
    (filter.tenants === undefined || filter.tenants.includes(of.tenant)) &&
    (filter.statuses === undefined || filter.statuses.includes(of.status)) &&
    (filter.mailbox === undefined || sameAddress(of.mailbox, filter.mailbox)) &&
    (filter.acceptedFrom === undefined || of.acceptedAt >= filter.acceptedFrom) &&
    (filter.acceptedBefore === undefined || of.acceptedAt < filter.acceptedBefore)
  );
}

export function looksIntoRecords({ tag, recipient }: SubmissionFilter): boolean {
  return tag !== undefined || recipient !== undefined;
}

/** Whether a record, as it is stored, can be one that `matchesRecord`: most are not, and need not be parsed to see it. */
export function mayMatchRecord(text: string, { tag, recipient }: SubmissionFilter): boolean {
  return (
    (tag === undefined || text.includes(JSON.stringify(tag.name))) &&
    (tag?.value === undefined || text.includes(JSON.stringify(tag.value))) &&
    (recipient === undefined || text.toLowerCase().includes(JSON.stringify(recipient).toLowerCase()))
  );
}

/** By what stands in the record alone. */
export function matchesRecord(
  { tags, recipients }: Pick<Submission, 'tags' | 'recipients'>,
  { tag, recipient }: SubmissionFilter,
): boolean {
  return (
    (tag === undefined ||
      tags.some(({ name, value }) => name === tag.name && (tag.value === undefined || value === tag.value))) &&
    (recipient === undefined || recipients.some(({ address }) => sameAddress(address, recipient)))
  );
}

/** Whether a submission is one that a filter asks for. */
export function matches(submission: Submission, filter: SubmissionFilter): boolean {
  return matchesColumns(submission, filter) && matchesRecord(submission, filter);
}
