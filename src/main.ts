/** What the command line can do, and with which exit code it ends. */

import { parseArgs } from 'node:util';
import { UsageError } from './commands/usage-error.ts';
import { ConfigurationError } from './config/configuration-error.ts';

/** sysexits.h */
const EX_USAGE = 64;
const EX_UNAVAILABLE = 69;
const EX_SOFTWARE = 70;
const EX_CONFIG = 78;

/**
 * Runs a command.
 *
 * @param args what stands behind `exo-relay`
 * @returns the exit code
 */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(args);
  } catch (error) {
    const code = exitCodeFor(error);
    // A defect shows where it is; everything else says in its message what to do.
    process.stderr.write(`${inWords(error, code)}\n`);
    return code;
  }
}

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean' },
      relay: { type: 'string' },
      mailbox: { type: 'string' },
      tenant: { type: 'string' },
      secret: { type: 'string' },
      server: { type: 'string' },
      entra: { type: 'string' },
      limits: { type: 'string' },
      minute: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  const command = values.help ? 'help' : values.version ? 'version' : (positionals[0] ?? 'serve');
  // Each command loads what it needs itself: a relay in production has no use for the sandbox's packages.
  switch (command) {
    case 'serve':
      return (await import('./commands/serve.ts')).serve();
    case 'sandbox':
      return (await import('./commands/sandbox.ts')).sandbox(values);
    case 'key': {
      const { keyInWords, makeApiKey } = await import('./commands/key.ts');
      return print(keyInWords(makeApiKey()));
    }
    case 'help':
      return print((await import('./commands/help.ts')).help());
    case 'version':
      return print(`${(await import('./config/version.ts')).version()}\n`);
    default: {
      const { help } = await import('./commands/help.ts');
      process.stderr.write(`exo-relay knows no command "${command}".\n\n${help()}`);
      return EX_USAGE;
    }
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function inWords(error: unknown, code: number): string {
  if (!(error instanceof Error)) return String(error);
  const [address, port] = [Reflect.get(error, 'address'), Reflect.get(error, 'port')];
  if (code !== EX_UNAVAILABLE || port === undefined) return (code === EX_SOFTWARE && error.stack) || error.message;
  return `exo-relay cannot listen on ${address}:${port}: ${error.message}. Stop what uses it, or set HOST or PORT.`;
}

function exitCodeFor(error: unknown): number {
  if (error instanceof ConfigurationError) return EX_CONFIG;
  if (error instanceof UsageError) return EX_USAGE;
  const code = error instanceof Error ? String(Reflect.get(error, 'code')) : '';
  if (code.startsWith('ERR_PARSE_ARGS')) return EX_USAGE;
  return ['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES', 'EBUSY'].includes(code) ? EX_UNAVAILABLE : EX_SOFTWARE;
}
