/** Waits for the signal to stop, then for the work to end; a shutdown that takes too long is cut off rather than left to be killed. */

/** Less than the 30 s that container platforms leave between SIGTERM and SIGKILL; in milliseconds. */
const SHUTDOWN = 25_000;

/**
 * Resolves with exit code 0 once a signal has come and everything is closed; ends the process when closing takes too long.
 *
 * @param close ends what runs
 */
export async function untilStopped(close: (signal: string) => Promise<void>): Promise<number> {
  const { promise: signalled, resolve } = Promise.withResolvers<string>();
  const signals = ['SIGTERM', 'SIGINT'] as const;
  for (const signal of signals) process.once(signal, resolve);
  const signal = await signalled;
  for (const each of signals) process.off(each, resolve);
  // What is still open by then would keep the process alive.
  const timer = setTimeout(() => process.exit(1), SHUTDOWN);
  await close(signal);
  clearTimeout(timer);
  return 0;
}
