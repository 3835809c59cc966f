/** How much is measured: in full for figures that are published, quick to see that a change has not broken anything. */

export interface Sizes {
  /** Every way has its turn once in each round. */
  readonly rounds: number;
  /** Per round. */
  readonly messages: number;
  /** Per round, for the way that opens a connection for every message. */
  readonly slowMessages: number;
  /** Before the first round, for the just-in-time compiler. */
  readonly warmUp: number;
  readonly slowWarmUp: number;
  /** Large messages posted at once. */
  readonly largePosts: number;
  /** Bytes of JSON of each. */
  readonly largeBytes: number;
  readonly starts: number;
}

export const full: Sizes = {
  rounds: 5,
  messages: 2_000,
  slowMessages: 200,
  warmUp: 4_000,
  slowWarmUp: 300,
  largePosts: 20,
  largeBytes: 5_000_000,
  starts: 5,
};

export const quick: Sizes = {
  ...full,
  rounds: 2,
  messages: 500,
  slowMessages: 50,
  warmUp: 500,
  slowWarmUp: 50,
  starts: 3,
};
