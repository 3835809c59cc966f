/** How much is measured: in full for figures that are published, quick to see that a change has not broken anything. */

export interface Sizes {
  /** Every way has its turn once in each round. */
  readonly rounds: number;
  /** Per round, of a way as fast as the relay; the others have a share of it, or several. */
  readonly messages: number;
  /** Before the first round, for the just-in-time compiler. */
  readonly warmUp: number;
  /** Of a relay that answers when it holds a message: callers at once, and bytes of the file that is attached to each. */
  readonly accepting: readonly { readonly callers: number; readonly file: number }[];
  /** Large messages posted at once. */
  readonly largePosts: number;
  /** Bytes of JSON of each. */
  readonly largeBytes: number;
  readonly starts: number;
  /** Messages that wait in a full outbox. */
  readonly waiting: number;
  /** Messages of one mailbox that others are beside. */
  readonly line: number;
  readonly tenants: number;
  readonly mailboxesPerTenant: number;
}

export const full: Sizes = {
  rounds: 5,
  messages: 4_000,
  warmUp: 24_000,
  accepting: [
    { callers: 16, file: 0 },
    { callers: 64, file: 0 },
    { callers: 16, file: 100_000 },
  ],
  largePosts: 20,
  largeBytes: 5_000_000,
  starts: 5,
  waiting: 100_000,
  line: 5_000,
  tenants: 1_000,
  mailboxesPerTenant: 10,
};

export const quick: Sizes = { ...full, rounds: 2, messages: 500, warmUp: 500, starts: 3 };
