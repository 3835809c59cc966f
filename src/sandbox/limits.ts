/** The limits of a mailbox: Exchange Online's figures, those of a sandbox that limits nothing, and what figures can be given. */

/** Limits that differ from what holds otherwise; null switches one off where it can be off. */
export type LimitOptions = Partial<Limits>;

export interface Limits {
  /** Counted in a sliding window, at the moment a message is taken. */
  readonly messagesPerMinute: number | null;
  /** Milliseconds that a minute lasts; at least 10,000. */
  readonly minute: number;
  /** What becomes of a message above it: the reply comes when there is room, as Exchange does it, or refuses at once. */
  readonly excess: 'delay' | 'refuse';
  /** Connections that may submit for the mailbox at once. */
  readonly connections: number | null;
  /** In a sliding window of 24 hours. */
  readonly recipientsPerDay: number | null;
  readonly recipientsPerMessage: number;
  /** Octets; the sandbox's own is offered as SIZE in EHLO. */
  readonly messageSize: number;
}

/** What Microsoft documents, and what its servers offer in EHLO. */
export const EXCHANGE_LIMITS: Limits = {
  messagesPerMinute: 30,
  minute: 60_000,
  excess: 'delay',
  connections: 3,
  recipientsPerDay: 10_000,
  recipientsPerMessage: 500,
  messageSize: 157_286_400,
};

/** Nothing that depends on time or on others. */
export const NO_LIMITS: Limits = {
  ...EXCHANGE_LIMITS,
  messagesPerMinute: null,
  connections: null,
  recipientsPerDay: null,
};

export const SHORTEST_MINUTE = 10_000;

/**
 * Limits with some of them changed.
 *
 * @throws RangeError with a limit that is none, by name
 */
export function changedLimits(limits: Limits, changes: LimitOptions): Limits {
  const changed = { ...limits, ...changes };
  for (const name of ['messagesPerMinute', 'connections', 'recipientsPerDay'] as const) {
    const figure = changed[name];
    if (figure !== null && !isCount(figure)) throw new RangeError(`${name} is a whole number from 1 on, or null`);
  }
  for (const name of ['recipientsPerMessage', 'messageSize'] as const) {
    if (!isCount(changed[name])) throw new RangeError(`${name} is a whole number from 1 on`);
  }
  if (!(changed.minute >= SHORTEST_MINUTE)) throw new RangeError(`minute is ${SHORTEST_MINUTE} milliseconds or more`);
  if (changed.messageSize > EXCHANGE_LIMITS.messageSize)
    throw new RangeError(`messageSize is ${EXCHANGE_LIMITS.messageSize} at most`);
  return changed;
}

function isCount(figure: number): boolean {
  return Number.isInteger(figure) && figure >= 1;
}
