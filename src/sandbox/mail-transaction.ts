/** One mail transaction after another on an authenticated connection: MAIL, RCPT, then DATA or BDAT (RFC 5321 §3.3, RFC 3030). */

import { addressParser } from 'postal-mime';
import type { Limits } from './limits.ts';
import type { MailboxUse } from './mailbox-use.ts';
import { headerValues } from './message-content.ts';
import { SEND_AS_DENIED } from './recipient-scenarios.ts';
import {
  MAILBOX_LOGON_FAILURE,
  RECIPIENT_QUOTA,
  SERVER_BUSY,
  TOO_LARGE,
  TOO_LARGE_FOR_MAILBOX,
  TOO_MANY_CONNECTIONS,
} from './recorded-replies.ts';
import type { Reaction, SmtpScenario } from './scenario.ts';
import { mailboxScenario, recipientScenario } from './scenarios.ts';
import type { PlayedReply, ScriptedReplies, ScriptPoint } from './scripted-replies.ts';
import type { AuthenticatedSession } from './smtp-authentication.ts';
import { type PathArgument, parsePath } from './smtp-command.ts';
import type { SmtpConnection } from './smtp-connection.ts';

const BAD_SEQUENCE = '503 5.5.1 Bad sequence of commands {session}';
const NEED_MAIL = '503 5.5.2 Need mail command {session}';
const INVALID_ARGUMENTS = '501 5.5.4 Invalid arguments {session}';
const UNRECOGNIZED_PARAMETER = '501 5.5.4 Unrecognized parameter {session}';
const MAIL_PARAMETERS = ['SIZE', 'BODY', 'SMTPUTF8', 'RET', 'ENVID', 'AUTH'];
const RCPT_PARAMETERS = ['NOTIFY', 'ORCPT'];

/** What a command comes to: a reply, or what a scenario does instead. */
export type Answer = string | Reaction;

/** A message that was taken with a 250. */
export interface Taken {
  readonly mailFrom: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly rcptTo: readonly string[];
  readonly raw: Buffer;
  readonly command: 'DATA' | 'BDAT';
}

/** What a transaction is held to; limits are asked for anew each time, since they may change. */
export interface TransactionRules {
  /** Octets; what EHLO offers. */
  readonly maxSize: () => number;
  readonly limits: () => Limits;
  readonly use: MailboxUse;
  readonly script: ScriptedReplies;
}

export class MailTransaction {
  readonly #connection: SmtpConnection;
  readonly #mailbox: string;
  readonly #delegation: AuthenticatedSession['delegation'];
  readonly #rules: TransactionRules;
  readonly #onTaken: (message: Taken) => void;
  #mail: PathArgument | null = null;
  #recipients: string[] = [];
  #chunks: Buffer[] = [];
  #scenario: SmtpScenario | undefined;

  /** @param onTaken called before the 250 goes out */
  constructor(
    connection: SmtpConnection,
    { mailbox, delegation }: AuthenticatedSession,
    rules: TransactionRules,
    onTaken: (message: Taken) => void,
  ) {
    this.#connection = connection;
    this.#mailbox = mailbox;
    this.#delegation = delegation;
    this.#rules = rules;
    this.#onTaken = onTaken;
    this.reset();
  }

  reset(): void {
    this.#mail = null;
    this.#recipients = [];
    this.#chunks = [];
    this.#scenario = mailboxScenario(this.#mailbox);
  }

  async mail(argument: string): Promise<Answer> {
    if (this.#mail) return '503 5.5.2 Sender already specified {session}';
    const mail = parsePath(argument, 'FROM');
    if (mail === 'syntax') return INVALID_ARGUMENTS;
    if (mail === 'address') return '501 5.1.7 Invalid address {session}';
    if (unknownIn(mail, MAIL_PARAMETERS)) return UNRECOGNIZED_PARAMETER;
    if (Number(mail.parameters.get('SIZE') ?? 0) > this.#rules.maxSize()) return TOO_LARGE;
    if (this.#scenario?.at === 'mail') return this.#scenario;
    const played = await this.#play('mail', []);
    if (played) return played;
    this.#mail = mail;
    return '250 2.1.0 Sender OK';
  }

  async rcpt(argument: string): Promise<Answer> {
    if (!this.#mail) return NEED_MAIL;
    if (this.#chunks.length > 0) return BAD_SEQUENCE;
    const rcpt = parsePath(argument, 'TO');
    if (rcpt === 'syntax') return INVALID_ARGUMENTS;
    if (rcpt === 'address') return '501 5.1.3 Invalid address {session}';
    if (unknownIn(rcpt, RCPT_PARAMETERS)) return UNRECOGNIZED_PARAMETER;
    if (this.#recipients.length >= this.#rules.limits().recipientsPerMessage)
      return '452 4.5.3 Too many recipients {session}';
    const scenario = recipientScenario(rcpt.address);
    if (scenario?.at === 'rcpt') return scenario;
    const played = await this.#play('rcpt', [rcpt.address]);
    if (played) return played;
    this.#scenario ??= scenario;
    this.#recipients.push(rcpt.address);
    return '250 2.1.5 Recipient OK';
  }

  /** @returns null when the connection broke */
  async data(): Promise<Answer | null> {
    if (!this.#mail) return NEED_MAIL;
    if (this.#recipients.length === 0) return '503 5.5.2 Need rcpt command {session}';
    // RFC 3030 §2 and §3: neither mixes with DATA.
    const binary = this.#mail.parameters.get('BODY')?.toUpperCase() === 'BINARYMIME';
    if (binary || this.#chunks.length > 0) return BAD_SEQUENCE;
    if (this.#scenario?.at === 'data-command') return this.#scenario;
    const played = await this.#play('data', this.#recipients);
    if (played) return played;
    this.#connection.reply('354 Start mail input; end with <CRLF>.<CRLF>');
    if (this.#scenario?.at === 'content') return await this.#onceContentComes(this.#scenario);
    const content = await this.#connection.data(this.#rules.maxSize());
    return content === null ? null : await this.#conclude(content, 'DATA');
  }

  /** @returns null when the connection broke */
  async bdat(argument: string): Promise<Answer | null> {
    const [, digits, last] = /^(\d{1,15})(\s+LAST)?$/i.exec(argument) ?? [];
    if (digits === undefined) return INVALID_ARGUMENTS;
    const size = Number(digits);
    const ready = this.#mail !== null && this.#recipients.length > 0;
    if (ready && this.#scenario?.at === 'content') return await this.#onceContentComes(this.#scenario);
    const sizeSoFar = this.#chunks.reduce((sum, { length }) => sum + length, 0);
    const fits = sizeSoFar + size <= this.#rules.maxSize();
    // A refused chunk is still read, or its octets would count as commands (RFC 3030 §2).
    const chunk = await this.#connection.octets(size, ready && fits);
    if (chunk === null) return null;
    if (!ready) return BAD_SEQUENCE;
    if (!fits) return await this.#conclude('too-large', 'BDAT');
    if (this.#scenario?.at === 'data-command') return this.#scenario;
    this.#chunks.push(chunk);
    if (last === undefined) return `250 2.6.0 CHUNK received OK, ${size} octets`;
    return await this.#conclude(Buffer.concat(this.#chunks), 'BDAT');
  }

  async #conclude(content: Buffer | 'too-large', command: 'DATA' | 'BDAT'): Promise<Answer | null> {
    const { address: from, parameters } = this.#mail ?? { address: '', parameters: new Map() };
    const scenario = this.#scenario;
    const rcptTo = this.#recipients;
    this.reset();
    this.#rules.use.dotCame();
    if (content === 'too-large') return TOO_LARGE;
    if (scenario)
      return scenario.reply === null ? scenario : { ...scenario, reply: this.#naming(scenario.reply, from) };
    const message: Taken = { mailFrom: from, parameters, rcptTo, raw: content, command };
    const played = await this.#play('final-dot', rcptTo);
    if (played?.takes) this.#onTaken(message);
    if (played) return played;
    const refusal = this.#refusal(content, from, rcptTo.length);
    if (refusal !== null) return refusal;
    const admission = await this.#rules.use.admit(rcptTo.length, this.#connection.closed);
    if (admission === 'gone') return null;
    if (admission === 'excess') return SERVER_BUSY;
    this.#onTaken(message);
    return `250 2.0.0 OK ${this.#messageId(content)} {hostname}`;
  }

  /** What the store has against a message that has come whole. */
  #refusal(content: Buffer, from: string, recipients: number): string | null {
    const { use, limits } = this.#rules;
    if (!use.hasConnection(this.#connection.closed)) return TOO_MANY_CONNECTIONS;
    if (!this.#delegation.mayOpenMailbox()) return MAILBOX_LOGON_FAILURE;
    const foreign = [from, ...fromAddresses(content)].find((address) => !this.#delegation.maySendAs(address));
    if (foreign !== undefined) return this.#naming(SEND_AS_DENIED, foreign);
    if (content.length > limits().messageSize) return TOO_LARGE_FOR_MAILBOX;
    return use.hasRecipients(recipients) ? null : RECIPIENT_QUOTA;
  }

  async #play(at: ScriptPoint, recipients: readonly string[]): Promise<PlayedReply | undefined> {
    return await this.#rules.script.play(at, this.#mailbox, recipients, this.#connection.closed);
  }

  async #onceContentComes(scenario: SmtpScenario): Promise<Answer> {
    await this.#connection.anything();
    return scenario;
  }

  #naming(reply: string, from: string): string {
    return reply.replace('{mailbox}', () => printable(this.#mailbox)).replace('{from}', () => printable(from));
  }

  /** The client's own when it gave one, as Exchange answers. */
  #messageId(content: Buffer): string {
    const { id, hostName } = this.#connection;
    return printable(headerValues(content, 'message-id')[0] ?? '') || `<${id}@${hostName}>`;
  }
}

function unknownIn({ parameters }: PathArgument, known: readonly string[]): boolean {
  return [...parameters.keys()].some((keyword) => !known.includes(keyword));
}

function fromAddresses(content: Buffer): string[] {
  return headerValues(content, 'from').flatMap((value) =>
    addressParser(value, { flatten: true }).map(({ address }) => address ?? ''),
  );
}

/** A reply is one line, whatever a message says. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?').slice(0, 320);
}
