/** One authenticated SMTP connection of one mailbox: carries one transaction at a time, and says whether it can carry another. */

import type { SecureContext } from 'node:tls';
import SMTPConnection, { type SentMessageInfo, type SMTPError } from 'nodemailer/lib/smtp-connection';
import type { Stage, Values } from '../../domain/catalogue/entry.ts';
import type { Envelope } from '../../domain/envelope.ts';
import { FailureError, failure, type RefusedRecipient } from '../../domain/failure.ts';
import { parseReply } from '../../domain/smtp-reply.ts';
import type { TransactionResult } from '../../ports.ts';
import { Deadline, type Deadlines } from './deadline.ts';
import { MessageStream } from './message-stream.ts';
import { refusalIn, smtpFailure } from './smtp-failure.ts';
import { METHOD, type Xoauth2, xoauth2 } from './xoauth2.ts';

/** RFC 5321 §3.8: the server closes the connection after this reply. */
const CLOSING_REPLY = 421;

export interface ConnectionTarget {
  readonly host: string;
  readonly port: number;
  readonly ehloName: string;
  readonly trust: SecureContext;
  readonly authentication: Xoauth2;
  readonly deadlines: Deadlines;
  /** For the failures of this connection. */
  readonly values: Values;
}

type Done<T> = (error?: SMTPError | null, result?: T) => void;

export class SubmissionConnection {
  readonly #smtp: SMTPConnection;
  readonly #values: Values;
  readonly #deadlines: Deadlines;
  #messages = 0;
  #endReason = 'the server closed it';
  /** Called once, with the reason, when the connection has ended. */
  onEnd: (reason: string) => void = () => {};

  private constructor(smtp: SMTPConnection, values: Values, deadlines: Deadlines) {
    this.#smtp = smtp;
    this.#values = values;
    this.#deadlines = deadlines;
    // Every step listens for itself; what strikes an idle connection shows as its end.
    smtp.on('error', () => {});
    smtp.once('end', () => this.onEnd(this.#endReason));
  }

  /**
   * Connects, upgrades by STARTTLS and authenticates by XOAUTH2.
   *
   * @throws FailureError with the stage that failed; nothing stays open then
   */
  static async open(target: ConnectionTarget): Promise<SubmissionConnection> {
    const { host, port, authentication, deadlines } = target;
    const smtp = new SMTPConnection({
      host,
      port,
      secure: false,
      requireTLS: true,
      name: target.ehloName,
      tls: { secureContext: target.trust },
      connectionTimeout: deadlines.connect,
      greetingTimeout: deadlines.greeting,
      // Longer than any of ours, so that ours is the one that strikes.
      socketTimeout: Object.values(deadlines).reduce((sum, each) => sum + each),
      customAuth: { [METHOD]: xoauth2 },
    });
    const values = { ...target.values, host, port: String(port) };
    const connection = new SubmissionConnection(smtp, values, deadlines);
    await connection.#step(deadlines.connect + deadlines.command, undefined, (done) => smtp.connect(done));
    await connection.#step(deadlines.command, 'auth', (done) =>
      smtp.login({ method: METHOD, ...authentication }, done),
    );
    return connection;
  }

  /** Whether another transaction can be started on it. */
  get usable(): boolean {
    return !this.#smtp.destroyed;
  }

  /** How many messages the server has taken over it. */
  get messages(): number {
    return this.#messages;
  }

  /**
   * Submits one message: MAIL, RCPT, DATA.
   *
   * @param content the composed message; only dots are stuffed and the final one added
   * @returns what the server took; nothing when it refused every recipient
   * @throws FailureError when the server refused the message, or the connection broke;
   *   `submission-in-doubt` when it broke where the server may already have taken the message
   */
  async submit(envelope: Envelope, content: Uint8Array): Promise<TransactionResult> {
    const { command, data, finalDot } = this.#deadlines;
    const deadline = new Deadline(command + data);
    const stream = new MessageStream(content, () => deadline.restart(stream.finalDotMayBeSent ? finalDot : data));
    const addresses = { from: envelope.reversePath, to: [...envelope.forwardPaths] };
    try {
      const info = await this.#settled<SentMessageInfo>(deadline, (done) => this.#smtp.send(addresses, stream, done));
      if (!stream.finalDotMayBeSent) throw new Error('The server answered before the end of the message');
      this.#messages += 1;
      return {
        accepted: info.accepted,
        rejected: this.#refusedRecipients(info.rejectedErrors),
        reply: parseReply(info.response),
      };
    } catch (error) {
      return await this.#refused(error as SMTPError, stream);
    } finally {
      deadline.stop();
    }
  }

  /** Says QUIT and ends; without the server's answer when that takes too long. */
  async close(reason: string): Promise<void> {
    if (!this.usable) return;
    this.#endReason = reason;
    const ended = new Promise<void>((resolve) => this.#smtp.once('end', () => resolve()));
    const timer = setTimeout(() => this.#smtp.close(), this.#deadlines.quit);
    this.#smtp.quit();
    await ended;
    clearTimeout(timer);
  }

  /** After a failed transaction: either every recipient was refused, which is a result, or the failure is thrown. */
  async #refused(error: SMTPError, stream: MessageStream): Promise<TransactionResult> {
    const reply = refusalIn(error);
    if (reply && reply.code !== CLOSING_REPLY && (!stream.begun || stream.finalDotMayBeSent)) await this.#reset();
    else this.#abandon();
    if (!reply && stream.finalDotMayBeSent) {
      throw new FailureError(failure('submission-in-doubt', { values: this.#values }), { cause: error });
    }
    if (reply && error.rejectedErrors) {
      return { accepted: [], rejected: this.#refusedRecipients(error.rejectedErrors), reply: null };
    }
    // MAIL, RCPT and DATA go out together (RFC 2920), so it cannot be told at which of them the connection broke.
    throw new FailureError(smtpFailure(error, this.#values, 'data'), { cause: error });
  }

  #refusedRecipients(errors: readonly SMTPError[] = []): RefusedRecipient[] {
    return errors.map((error) => {
      const recipient = error.recipient ?? '';
      return { recipient, failure: smtpFailure(error, { ...this.#values, recipient }, 'rcpt-to') };
    });
  }

  /** RSET leaves the connection as it was after AUTH (RFC 5321 §4.1.1.5). */
  async #reset(): Promise<void> {
    if (!this.usable) return;
    await this.#step(this.#deadlines.command, undefined, (done) => this.#smtp.reset(done)).catch(() => {});
  }

  /** One step of the dialogue; the connection does not outlive its failure. */
  async #step(milliseconds: number, stage: Stage | undefined, start: (done: Done<unknown>) => void): Promise<void> {
    const deadline = new Deadline(milliseconds);
    try {
      await this.#settled(deadline, start);
    } catch (error) {
      this.#abandon();
      throw new FailureError(smtpFailure(error as SMTPError, this.#values, stage), { cause: error });
    } finally {
      deadline.stop();
    }
  }

  /** nodemailer tells an outcome by callback, by an `error` event or, when the server just leaves, by `end` alone. */
  async #settled<T>(deadline: Deadline, start: (done: Done<T>) => void): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    // A 421 ends the connection before its own words come by callback.
    const onEnd = (): void => void setImmediate(() => reject(new Error('Connection closed unexpectedly')));
    this.#smtp.on('error', reject).on('end', onEnd);
    start((error, result) => (error ? reject(error) : resolve(result as T)));
    try {
      return await Promise.race([promise, deadline.expired]);
    } finally {
      this.#smtp.off('error', reject).off('end', onEnd);
    }
  }

  #abandon(): void {
    this.#endReason = 'it failed';
    this.#smtp.close();
  }
}
