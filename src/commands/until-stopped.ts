/** Waits for the signal to stop, then for the work to end; whoever sends a second signal does not want to wait. */

/** Milliseconds for what nobody waits for any more, such as the last lines of the log, before the process is ended all the same. */
const LAST_LINES = 500;

/**
 * Resolves with exit code 0 once a signal has come and everything is closed; a second signal ends the process with 1 at once.
 *
 * @param close ends what runs, in a time that is its own to keep
 */
export async function untilStopped(close: (signal: string) => Promise<void>): Promise<number> {
  const { promise: signalled, resolve } = Promise.withResolvers<string>();
  const signals = ['SIGTERM', 'SIGINT'] as const;
  for (const signal of signals) process.once(signal, resolve);
  const signal = await signalled;
  for (const each of signals) {
    process.off(each, resolve);
    process.once(each, () => process.exit(1));
  }
  await close(signal);
  // What was cut may keep the process alive.
  setTimeout(() => process.exit(0), LAST_LINES).unref();
  return 0;
}
