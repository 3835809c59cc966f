/** One authenticated SMTP connection of one mailbox: carries one transaction at a time, and says whether it can carry another. */

import type { Values } from '../../domain/catalogue/entry.ts';
import { FailureError, failure, type RefusedRecipient } from '../../domain/failure.ts';
import { replyClass, type SmtpReply } from '../../domain/smtp-reply.ts';
import type { ConnectionEnd, Transaction, TransactionResult } from '../../ports.ts';
import { beginningOf, endOf } from './content.ts';
import type { Deadlines } from './deadline.ts';
import { type EnvelopeCommands, envelopeCommands } from './envelope-commands.ts';
import { CLOSING, type Server, SmtpDialogue } from './smtp-dialogue.ts';
import { type Command, ConnectionError, connectionFailure, isRefusal, NO_REPLY, refusal } from './smtp-failure.ts';
import { authenticate, type Xoauth2 } from './xoauth2.ts';

/** Refusals of the session rather than of a message: RFC 5321 §3.8, RFC 4954 §6. */
const ENDS_SESSION: ReadonlySet<number> = new Set([CLOSING, 535]);
/** RFC 4954 §6. */
const AUTHENTICATED = 235;
/** RFC 5321 §4.3.2. */
const START_MAIL_INPUT = 354;

export interface ConnectionTarget {
  readonly server: Server;
  readonly authentication: Xoauth2;
  readonly deadlines: Deadlines;
  /** For the failures of this connection. */
  readonly values: Values;
}

/** What a transaction needs of the one that is asked for. */
export type Content = Pick<Transaction, 'envelope' | 'content' | 'begun' | 'beforeFinalDot'>;

export class SubmissionConnection {
  readonly #target: ConnectionTarget;
  readonly #dialogue: SmtpDialogue;
  readonly #values: Values;
  #command: Command = 'CONN';
  /** A refused transaction is undone at the beginning of the next one, so that nobody waits for that. */
  #resetFirst = false;
  #unanswered = false;
  #endReason: ConnectionEnd = 'the server closed it';
  #messages = 0;
  #transactions = 0;

  /** @param onEnd called once, with the reason, when the connection has ended or could not be opened */
  constructor(target: ConnectionTarget, onEnd: (reason: ConnectionEnd) => void) {
    const { host, port } = target.server;
    this.#target = target;
    this.#values = { ...target.values, host, port: String(port) };
    this.#dialogue = new SmtpDialogue(target.server, target.deadlines);
    this.#dialogue.onEnd = () => onEnd(this.#endReason);
  }

  /**
   * Connects, upgrades by STARTTLS and authenticates by XOAUTH2.
   *
   * @throws FailureError with the stage that failed; nothing stays open then
   */
  async open(): Promise<void> {
    const { authentication, deadlines } = this.#target;
    const dialogue = this.#dialogue;
    let command: Command | null = null;
    try {
      await dialogue.start();
      command = 'AUTH XOAUTH2';
      dialogue.allow(deadlines.command);
      const reply = await authenticate(dialogue, authentication);
      if (isRefusal(reply)) throw new FailureError(refusal(reply, command, this.#values));
      if (reply.code !== AUTHENTICATED) throw unexpected(reply, command);
      dialogue.rest();
    } catch (error) {
      this.#abandon(error);
      throw this.#failed(error, command ?? dialogue.step);
    }
  }

  /** Whether another transaction can be started on it. */
  get usable(): boolean {
    return this.#dialogue.alive;
  }

  /** How many messages the server has taken over it. */
  get messages(): number {
    return this.#messages;
  }

  /** How many transactions were begun on it. */
  get transactions(): number {
    return this.#transactions;
  }

  /** Whether the last transaction ended it before the server took note of it: nothing was begun then, and it was dead before. */
  get diedIdle(): boolean {
    return this.#unanswered && !this.usable;
  }

  /**
   * Submits one message: MAIL, RCPT, DATA.
   *
   * @returns what the server took; nothing when it refused every recipient
   * @throws FailureError when the server refused the message, or the connection broke;
   *   `submission-in-doubt` when it broke where the server may already have taken the message
   * @throws what `beforeFinalDot` rejects with
   */
  async submit({ envelope, content, begun, beforeFinalDot }: Content): Promise<TransactionResult> {
    const dialogue = this.#dialogue;
    const commands = envelopeCommands(envelope, content, dialogue.offer, this.#values);
    this.#transactions += 1;
    this.#unanswered = true;
    dialogue.forgetFinalDot();
    try {
      const started = performance.now();
      const asked = this.#envelope(commands, envelope.forwardPaths);
      // While the server reads the envelope.
      begun();
      const { accepted, rejected } = await asked;
      if (accepted.length === 0) return { accepted, rejected, reply: null };
      const taken = performance.now();
      await this.#content(content, beforeFinalDot);
      const handedOver = performance.now();
      const reply = await this.#finalDot(content);
      this.#messages += 1;
      const times = {
        envelope: Math.round(taken - started),
        content: Math.round(handedOver - taken),
        finalDot: Math.round(performance.now() - handedOver),
      };
      return { accepted, rejected, reply, times };
    } catch (error) {
      if (!(error instanceof RefusedTransaction) || ENDS_SESSION.has(error.reply.code)) this.#abandon(error);
      throw this.#failed(error, this.#command);
    } finally {
      dialogue.rest();
    }
  }

  /** Says QUIT and ends; without the server's answer when that takes too long. */
  close(reason: ConnectionEnd): void {
    this.#endReason = reason;
    this.#dialogue.quit();
  }

  /** Lets go of what is not usable any more. */
  discard(): void {
    this.#dialogue.end(new ConnectionError('the server closed the connection', 'ECONNRESET'));
  }

  /** Cuts it at once; a transaction that is under way fails with this, in doubt where it is. */
  cut(why: FailureError): void {
    this.#endReason = 'it was cut';
    this.#dialogue.end(why);
  }

  async #envelope(
    { mail, rcpt }: EnvelopeCommands,
    paths: readonly string[],
  ): Promise<{ accepted: string[]; rejected: RefusedRecipient[] }> {
    const lines = [...(this.#resetFirst ? ['RSET'] : []), mail, ...rcpt, 'DATA'];
    const pipelined = this.#dialogue.offer.extensions.has('PIPELINING');
    const replies = pipelined ? this.#dialogue.pipeline(lines) : [];
    if (this.#resetFirst) {
      const reply = await this.#reply('RSET', 'RSET', replies);
      if (!isPositive(reply)) throw new ConnectionError(`RSET was answered with ${reply.code}`, NO_REPLY);
      this.#resetFirst = false;
    }
    const ofMail = await this.#reply('MAIL FROM', mail, replies);
    this.#unanswered = ofMail.code === CLOSING;
    if (!isPositive(ofMail)) {
      // The refusal stands, whatever becomes of the connection meanwhile.
      await this.#skip(replies).catch(() => {});
      this.#command = 'MAIL FROM';
      throw refusedOrUnexpected(ofMail, 'MAIL FROM');
    }
    const accepted: string[] = [];
    const rejected: RefusedRecipient[] = [];
    for (const [index, line] of rcpt.entries()) {
      const recipient = paths[index] ?? '';
      const reply = await this.#reply('RCPT TO', line, replies);
      if (isPositive(reply)) accepted.push(recipient);
      else if (ENDS_SESSION.has(reply.code) || !isRefusal(reply)) throw refusedOrUnexpected(reply, 'RCPT TO');
      else rejected.push({ recipient, failure: refusal(reply, 'RCPT TO', { ...this.#values, recipient }) });
    }
    if (accepted.length === 0) {
      this.#resetFirst = true;
      await this.#skip(replies).catch(() => {});
      return { accepted, rejected };
    }
    const ofData = await this.#reply('DATA', 'DATA', replies);
    if (ofData.code !== START_MAIL_INPUT) throw refusedOrUnexpected(ofData, 'DATA');
    return { accepted, rejected };
  }

  /** All but the last bytes. */
  async #content(content: Uint8Array, beforeFinalDot: () => Promise<void>): Promise<void> {
    const { data } = this.#target.deadlines;
    const dialogue = this.#dialogue;
    for (const bytes of beginningOf(content)) {
      dialogue.allow(data);
      await dialogue.content(bytes);
    }
    dialogue.rest();
    await dialogue.orEnded<void>((resolve, reject) => void beforeFinalDot().then(resolve, reject));
  }

  async #finalDot(content: Uint8Array): Promise<SmtpReply> {
    this.#dialogue.allow(this.#target.deadlines.finalDot);
    const reply = await this.#dialogue.finalDot(endOf(content));
    if (!isPositive(reply)) throw refusedOrUnexpected(reply, 'DATA');
    return reply;
  }

  /** The next reply: to what was sent already, or to this command. */
  async #reply(command: Command, line: string, replies: Promise<SmtpReply>[]): Promise<SmtpReply> {
    const { command: standard, data } = this.#target.deadlines;
    this.#command = command;
    this.#dialogue.allow(command === 'DATA' ? data : standard);
    return await (replies.shift() ?? this.#dialogue.command(line));
  }

  /** Reads the replies to what went out along with a command that was refused. A server that wants content now cannot be told that none comes. */
  async #skip(replies: Promise<SmtpReply>[]): Promise<void> {
    while (replies.length > 0) {
      const reply = await this.#reply('DATA', 'DATA', replies);
      if (reply.code === START_MAIL_INPUT) this.#abandon(unexpected(reply, 'DATA'));
    }
  }

  #failed(error: unknown, command: Command): unknown {
    if (error instanceof RefusedTransaction) {
      this.#resetFirst = true;
      return new FailureError(refusal(error.reply, error.command, this.#values), { cause: error });
    }
    const isOurs = error instanceof ConnectionError || error instanceof FailureError;
    if (!isOurs) return error;
    if (this.#dialogue.finalDotMayBeSent && !(error instanceof ConnectionError && error.reply)) {
      return new FailureError(failure('submission-in-doubt', { values: this.#values }), { cause: error });
    }
    if (error instanceof FailureError) return error;
    return new FailureError(connectionFailure(error, command, this.#values), { cause: error });
  }

  #abandon(why: unknown): void {
    if (this.usable) this.#endReason = 'it failed';
    this.#dialogue.end(why instanceof Error ? why : new Error(String(why)));
  }
}

/** The server refused the transaction and goes on listening. */
class RefusedTransaction extends Error {
  readonly reply: SmtpReply;
  readonly command: Command;

  constructor(reply: SmtpReply, command: Command) {
    super(`${command} was refused with ${reply.code}`);
    this.reply = reply;
    this.command = command;
  }
}

function refusedOrUnexpected(reply: SmtpReply, command: Command): Error {
  return isRefusal(reply) ? new RefusedTransaction(reply, command) : unexpected(reply, command);
}

function unexpected(reply: SmtpReply, command: Command): ConnectionError {
  return new ConnectionError(`${command} was answered with ${reply.code}, which is no answer to it`, NO_REPLY);
}

/** RFC 5321 §4.2.1 has no replies below 200; one that has is an answer to nothing. */
function isPositive(reply: SmtpReply): boolean {
  return reply.code >= 200 && replyClass(reply) === 'positive';
}
