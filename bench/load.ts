/** Keeps a number of messages outstanding, and notes how long each took; the same loop drives every way. */

export interface Load {
  /** Messages in all. */
  readonly messages: number;
  readonly outstanding: number;
}

/** What a load took. */
export interface Taken {
  readonly milliseconds: number;
  /** Milliseconds of each message. */
  readonly latencies: readonly number[];
}

/** 16 callers that wait for their answer before they send the next message. */
export const OUTSTANDING = 16;

/** @param submit submits one message; `lane` says which of those outstanding it is, from 0 on */
export async function drive(
  { messages, outstanding }: Load,
  submit: (number: number, lane: number) => Promise<void>,
): Promise<Taken> {
  const latencies: number[] = [];
  let next = 0;
  const started = performance.now();
  const lane = async (_: unknown, index: number): Promise<void> => {
    while (next < messages) {
      const number = next;
      next += 1;
      const before = performance.now();
      await submit(number, index);
      latencies.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: outstanding }, lane));
  return { milliseconds: performance.now() - started, latencies };
}
