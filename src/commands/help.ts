/** `exo-relay help`: commands, every setting, and every failure the sandbox can play. */

import { settingsHelp } from '../config/documentation.ts';
import { version } from '../config/version.ts';
import { describeScenarios } from '../sandbox/scenarios.ts';

/** The text, with a line break at the end. */
export function help(): string {
  return `exo-relay ${version()}: an HTTP submission relay for Exchange Online

Usage: exo-relay [serve | sandbox | key | help]

  serve     runs the relay with the settings below (the default)
  sandbox   runs a practice Microsoft 365 on this machine, and a relay in front of it
  key       makes an API key and prints its SHA-256
  help      prints this text; so does --help.  --version prints the version

Options of sandbox:
  --relay=off          only the practice Microsoft 365, with the settings for a relay of your own
  --mailbox=ADDRESS    the mailbox that sends; one of those below meets a failure
  --tenant=ID          the tenant the relay asks for a token; one of those below meets a failure
  --secret=TEXT        the client secret the relay shows; one of those below meets a failure
  --server=NAME        a fault of the SMTP server as a whole, one of those below
  --entra=NAME         a fault of the token endpoint as a whole, one of those below
  --limits=off         no limit on messages a minute, connections or recipients a day
  --minute=SECONDS     how long a minute of Exchange's rate limit lasts: 60, or less down to 10
  --json               prints what is where as one line of JSON, for a program that starts it

${settingsHelp()}
Failures to practise in the sandbox:
${describeScenarios()}
`;
}
