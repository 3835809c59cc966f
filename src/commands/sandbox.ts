/** `exo-relay sandbox`: a practice Microsoft 365 and a relay in front of it, made at start and gone at the end; nothing to configure. */

import { type Overrides, type RunningRelay, startRelay } from '../compose.ts';
import { readConfig } from '../config/config.ts';
import { environment } from '../config/settings.ts';
import { EXCHANGE_LIMITS, type Limits, NO_LIMITS, SHORTEST_MINUTE } from '../sandbox/limits.ts';
import { startSandbox } from '../sandbox/sandbox.ts';
import { isServerFault, isTokenEndpointFault, serverFaults, tokenEndpointFaults } from '../sandbox/scenarios.ts';
import { makeApiKey } from './key.ts';
import { asJsonLine, firstMessageOf, ownRelayInWords, practiceInWords } from './practice-instructions.ts';
import { settingsFor } from './practice-settings.ts';
import { untilStopped } from './until-stopped.ts';
import { UsageError } from './usage-error.ts';

export interface SandboxArguments {
  readonly relay?: string | undefined;
  readonly mailbox?: string | undefined;
  readonly tenant?: string | undefined;
  readonly secret?: string | undefined;
  readonly server?: string | undefined;
  readonly entra?: string | undefined;
  readonly limits?: string | undefined;
  readonly minute?: string | undefined;
  readonly json?: boolean | undefined;
}

const PORTS = { relay: 8080, inbox: 8025, submission: 10587, token: 10443 };
/** Exchange Online takes about this long to refuse an authentication; in milliseconds. */
const AUTHENTICATION_FAILURE_DELAY = 5_000;
/** Milliseconds; a practice shortens the minute alone. */
const DAY = 24 * 60 * 60_000;

/**
 * Runs until stopped.
 *
 * @returns the exit code
 */
export async function sandbox(options: SandboxArguments): Promise<number> {
  const { relay: withRelay = 'on', server, entra } = options;
  if (withRelay !== 'on' && withRelay !== 'off')
    throw new UsageError(`--relay=${withRelay} is neither "on" nor "off".`);
  if (server !== undefined && !isServerFault(server)) throw notAFault('server', server, serverFaults);
  if (entra !== undefined && !isTokenEndpointFault(entra)) throw notAFault('entra', entra, tokenEndpointFaults);
  const limits = limitsOf(options);
  let firstMessage: string | null = null;
  // Awaited below, since it is taken down as soon as this function returns.
  await using practice = await startSandbox({
    tokenPort: PORTS.token,
    submissionPort: PORTS.submission,
    inboxPort: PORTS.inbox,
    authenticationFailureDelay: AUTHENTICATION_FAILURE_DELAY,
    firstMessage: () => firstMessage,
    limits,
    ...(options.mailbox !== undefined && { mailbox: options.mailbox }),
    ...(server !== undefined && { submissionFault: server }),
    ...(entra !== undefined && { tokenFault: entra }),
  });
  const settings = { ...settingsFor(practice), ...given(options) };
  if (withRelay === 'off') {
    process.stdout.write(options.json ? asJsonLine(practice, settings) : ownRelayInWords(practice, settings));
    return await untilStopped(async () => {});
  }
  const { key } = makeApiKey();
  const windows = { minute: limits.minute, day: DAY };
  const relay = await startOnFreePort({ ...settings, API_KEY: key }, { windows });
  const running = { url: relay.url, key, mailbox: settings.MAILBOX };
  firstMessage = firstMessageOf(running);
  process.stdout.write(options.json ? asJsonLine(practice, settings, running) : practiceInWords(practice, running));
  return await untilStopped(async (signal) => {
    relay.events.relayStopping({ signal });
    await relay.close();
  });
}

function limitsOf({ limits = 'on', minute }: SandboxArguments): Limits {
  if (limits !== 'on' && limits !== 'off') throw new UsageError(`--limits=${limits} is neither "on" nor "off".`);
  if (limits === 'off' && minute !== undefined) throw new UsageError('--minute means nothing with --limits=off.');
  const seconds = Number(minute ?? EXCHANGE_LIMITS.minute / 1_000);
  if (!(seconds >= SHORTEST_MINUTE / 1_000 && seconds <= 60))
    throw new UsageError(`--minute=${minute} is not a number of seconds from ${SHORTEST_MINUTE / 1_000} to 60.`);
  return limits === 'off' ? NO_LIMITS : { ...EXCHANGE_LIMITS, minute: seconds * 1_000 };
}

function notAFault(option: string, name: string, faults: readonly string[]): UsageError {
  return new UsageError(`--${option}=${name} is not a fault of the sandbox; there are: ${faults.join(', ')}.`);
}

function given({ tenant, secret }: SandboxArguments) {
  return { ...(tenant !== undefined && { TENANT_ID: tenant }), ...(secret !== undefined && { CLIENT_SECRET: secret }) };
}

/** On the usual port when it is free, so that the printed curl is the same each time; PORT is taken at its word. */
async function startOnFreePort(settings: Record<string, string>, overrides: Overrides): Promise<RunningRelay> {
  const { PORT, LOG_LEVEL } = environment();
  const start = (port: string) => startRelay(readConfig({ ...settings, LOG_LEVEL, PORT: port }), overrides);
  if (PORT) return start(PORT);
  try {
    return await start(String(PORTS.relay));
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, 'code') === 'EADDRINUSE') return start('0');
    throw error;
  }
}
