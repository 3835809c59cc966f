/** `exo-relay serve`: runs the relay until it is told to stop, and finishes what it has begun. */

import { startRelay } from '../compose.ts';
import { readConfig } from '../config/config.ts';
import { environmentWithFile } from '../config/settings.ts';
import { untilStopped } from './until-stopped.ts';

/**
 * Serves until SIGTERM or SIGINT.
 *
 * @returns the exit code
 * @throws ConfigurationError before anything is opened
 */
export async function serve(): Promise<number> {
  const relay = await startRelay(readConfig(environmentWithFile('.env')));
  return untilStopped(async (signal) => {
    relay.events.relayStopping({ signal });
    await relay.close();
  });
}
