/** How much is measured: in full for figures that are published, quick to see that a change has not broken anything. */

export interface Sizes {
  /** Every way has its turn once in each round. */
  readonly rounds: number;
  /** Per round, of a way as fast as the relay; the others have a share of it, or several. */
  readonly messages: number;
  /** Before the first round, for the just-in-time compiler. */
  readonly warmUp: number;
  /** Callers at once of a relay that answers when it holds a message. */
  readonly accepting: readonly number[];
  /** Large messages posted at once. */
  readonly largePosts: number;
  /** Bytes of JSON of each. */
  readonly largeBytes: number;
  readonly starts: number;
  /** Messages that wait in a full outbox. */
  readonly waiting: number;
  readonly tenants: number;
  readonly mailboxesPerTenant: number;
}

export const full: Sizes = {
  rounds: 5,
  messages: 4_000,
  warmUp: 24_000,
  accepting: [16, 64],
  largePosts: 20,
  largeBytes: 5_000_000,
  starts: 5,
  waiting: 100_000,
  tenants: 1_000,
  mailboxesPerTenant: 10,
};

export const quick: Sizes = { ...full, rounds: 2, messages: 500, warmUp: 500, starts: 3 };
