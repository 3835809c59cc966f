/** What the sandbox prints when it is ready: what is where, and commands to paste. */

import type { Sandbox } from '../sandbox/sandbox.ts';

/** Where the relay is, and what a client needs there. */
export interface PracticeRelay {
  readonly url: string;
  readonly key: string;
  readonly mailbox: string;
}

/** A command that submits a message which is taken. */
export function firstMessageOf(relay: PracticeRelay): string {
  return curl(relay, 'jane@fabrikam.example');
}

/** For a relay that runs beside the practice Microsoft 365. */
export function practiceInWords(practice: Sandbox, relay: PracticeRelay): string {
  return `
A practice Microsoft 365 is running, with a relay in front of it. Nothing leaves this machine.

  Relay   ${relay.url}
  Inbox   ${practice.inboxUrl}   the mail it caught, as a page; as JSON at ${practice.inboxUrl}messages

This works:

${firstMessageOf(relay)}

This fails, and says why and what to do about it:

${curl(relay, 'send-as-denied@fabrikam.example')}

${limitsInWords(practice)}
A failure that concerns the whole mailbox or tenant pauses it, so that the next message is held (202). When you have read enough of it:

${resume(relay)}

More failures to try: npm run sandbox -- --help
Stop with Ctrl+C; what was caught is gone then.

`;
}

/** For `--relay=off`: the settings that lead a relay of one's own here. */
export function ownRelayInWords(practice: Sandbox, settings: Readonly<Record<string, string>>): string {
  const lines = Object.entries(settings).map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`);
  return `
A practice Microsoft 365 is running. Nothing leaves this machine.

  Tokens  ${practice.authorityHost}
  SMTP    ${practice.smtpHost}:${practice.smtpPort}
  Inbox   ${practice.inboxUrl}   the mail it caught, as a page; as JSON at ${practice.inboxUrl}messages

Settings for a relay of your own, which also needs an API_KEY_SHA256 (npm run key):

${lines.join('\n')}

${limitsInWords(practice)}
More failures to try: npm run sandbox -- --help
Stop with Ctrl+C; what was caught is gone then.

`;
}

/** For `--json`: one line among those of the log, known by its event. */
export function asJsonLine(
  practice: Sandbox,
  settings: Readonly<Record<string, string>>,
  relay?: PracticeRelay,
): string {
  const ready = {
    event: 'sandbox-ready',
    inbox_url: practice.inboxUrl,
    control_url: `${practice.inboxUrl}control/`,
    mailbox: settings.MAILBOX,
    ...(relay && { relay_url: relay.url, api_key: relay.key }),
    settings,
  };
  return `${JSON.stringify(ready)}\n`;
}

/** A pause must not look like a fault. */
function limitsInWords(practice: Sandbox): string {
  const { messagesPerMinute, minute, connections } = practice.limits().limits;
  if (messagesPerMinute === null) return 'Its mailboxes have no limits (--limits=off).';
  const span = minute === 60_000 ? 'a minute' : `in ${minute / 1_000} seconds`;
  return `As in Exchange Online, a mailbox takes ${messagesPerMinute} messages ${span}, the next ones later, on ${connections} connections.
Shorten the minute with --minute=10, or lift the limits with --limits=off.`;
}

function resume({ url, key, mailbox }: PracticeRelay): string {
  return `  curl -sS -X POST ${url}/mailboxes/${mailbox}/resume -H 'Authorization: Bearer ${key}'`;
}

function curl({ url, key, mailbox }: PracticeRelay, to: string): string {
  const message = {
    from: `Contoso Billing <${mailbox}>`,
    to,
    subject: 'Invoice 4711',
    text: 'Thank you for your order.',
  };
  return `  curl -sS ${url}/send \\
    -H 'Authorization: Bearer ${key}' \\
    -H 'Content-Type: application/json' \\
    -d '${JSON.stringify(message)}'`;
}
