/** The dialogue of one connection, as smtp.office365.com holds it on port 587: EHLO, STARTTLS, EHLO, AUTH, then mail. */

import type { SecureContext } from 'node:tls';
import { type Answer, MailTransaction, type Taken } from './mail-transaction.ts';
import type { MailboxLimits } from './mailbox-limits.ts';
import { Refusals, type Refused } from './refusals.ts';
import type { Reaction, ServerScenario } from './scenario.ts';
import { type SubmissionFault, submissionFaultNamed } from './scenarios.ts';
import { type AuthenticatedSession, type AuthenticationRules, authenticate } from './smtp-authentication.ts';
import { isEhloDomain, parseCommand, type SmtpCommand } from './smtp-command.ts';
import type { SmtpConnection } from './smtp-connection.ts';

const NOT_AUTHENTICATED = '530 5.7.57 Client not authenticated to send mail. {session}';
const HELLO_FIRST = '503 5.5.2 Send hello first {session}';
const STARTTLS_FIRST = '451 5.7.3 Must issue a STARTTLS command first {session}';
const BAD_SEQUENCE = '503 5.5.1 Bad sequence of commands {session}';
/** What the fault of this name leaves out of EHLO. */
const EXTENSIONS = ['DSN', '8BITMIME', 'BINARYMIME', 'CHUNKING', 'SMTPUTF8'];
const HELP =
  '214-This server supports the following commands:\n' +
  '214 HELO EHLO STARTTLS RCPT DATA RSET MAIL QUIT HELP AUTH BDAT';

export interface SessionRules extends AuthenticationRules {
  readonly secureContext: SecureContext;
  readonly limits: MailboxLimits;
  readonly fault: SubmissionFault | undefined;
  readonly onAuthenticationAttempt: () => void;
  readonly onTaken: (
    message: Taken,
    session: { ehlo: string; authenticatedAs: string; tenantId: string; clientId: string },
  ) => void;
  /** Called before the reply goes out. */
  readonly onRefused: (refusal: Refused) => void;
}

export class SmtpSession {
  readonly #connection: SmtpConnection;
  readonly #rules: SessionRules;
  #ehlo: string | null = null;
  #transaction: MailTransaction | null = null;
  #user: string | null = null;
  readonly #refusals: Refusals;

  constructor(connection: SmtpConnection, rules: SessionRules) {
    this.#connection = connection;
    this.#rules = rules;
    this.#refusals = new Refusals(rules.onRefused);
  }

  /** Greets, and answers commands one by one until the connection ends. */
  async run(): Promise<void> {
    const { hostName, id } = this.#connection;
    const played = this.#playedAt('greeting');
    if (played) return this.#send(played);
    const time = new Date().toUTCString().replace('GMT', '+0000');
    this.#connection.reply(`220 ${hostName} Microsoft ESMTP MAIL Service ready at ${time} [${id}]`);
    for (let line = await this.#connection.line(); line !== null; line = await this.#connection.line()) {
      const command = parseCommand(line);
      const answer = await this.#answer(command);
      if (answer !== null) this.#note(command, answer);
      this.#send(answer);
    }
  }

  #note(command: SmtpCommand, answer: Answer): void {
    const reply = typeof answer === 'string' ? answer : answer.reply;
    this.#refusals.note(command, reply?.replace('{address}', this.#connection.remoteAddress) ?? null, this.#user);
  }

  #send(answer: Answer | null): void {
    if (answer === null) return;
    const { reply, closes, silent }: Reaction = typeof answer === 'string' ? { reply: answer } : answer;
    if (silent) this.#connection.fallSilent();
    else if (reply === null) this.#connection.cut();
    else if (closes) this.#connection.end(reply);
    else this.#connection.reply(reply);
  }

  async #answer({ verb, argument }: SmtpCommand): Promise<Answer | null> {
    switch (verb) {
      case 'EHLO':
      case 'HELO':
        return this.#hello(verb, argument);
      case 'STARTTLS':
        return await this.#startTls();
      case 'AUTH':
        return await this.#authenticate(argument);
      case 'MAIL':
        return await this.#mail(argument);
      case 'RCPT':
        return this.#transaction ? await this.#transaction.rcpt(argument) : BAD_SEQUENCE;
      case 'DATA':
        return this.#transaction ? await this.#transaction.data() : BAD_SEQUENCE;
      case 'BDAT':
        return this.#transaction ? await this.#transaction.bdat(argument) : await this.#refusedChunk(argument);
      case 'RSET':
        this.#transaction?.reset();
        return '250 2.0.0 Resetting';
      case 'NOOP':
        return '250 2.0.0 OK';
      case 'VRFY':
        return '252 2.1.5 Cannot VRFY user';
      case 'HELP':
        return HELP;
      case 'QUIT':
        return { reply: '221 2.0.0 Service closing transmission channel', closes: true };
      default:
        return `500 5.3.3 Unrecognized command '${verb.slice(0, 40).replace(/[^\x21-\x7e]/g, '?')}' {session}`;
    }
  }

  /** What the fault of this server has it say then. */
  #playedAt(step: ServerScenario['at']): Reaction | null {
    const played = submissionFaultNamed(this.#rules.fault);
    const { reply = null } = played ?? {};
    return played?.at === step && reply !== null ? { ...played, reply } : null;
  }

  #hello(verb: 'EHLO' | 'HELO', name: string): Answer {
    const { hostName, remoteAddress, tlsProtocol } = this.#connection;
    const { fault } = this.#rules;
    if (!isEhloDomain(name)) return '501 5.5.4 Invalid domain name {session}';
    const played = this.#playedAt(tlsProtocol ? 'second-ehlo' : 'ehlo');
    if (played) return played;
    this.#ehlo = name;
    this.#transaction?.reset();
    const hello = `${hostName} Hello [${remoteAddress}]`;
    if (verb === 'HELO') return `250 ${hello}`;
    const starttls = fault === 'starttls-refused' ? [] : ['STARTTLS'];
    const missing = fault === 'smtp-extension-missing' ? EXTENSIONS : [];
    return [
      hello,
      `SIZE ${this.#rules.limits.usual.messageSize}`,
      'PIPELINING',
      'DSN',
      'ENHANCEDSTATUSCODES',
      ...(tlsProtocol ? ['AUTH LOGIN XOAUTH2'] : starttls),
      '8BITMIME',
      'BINARYMIME',
      'CHUNKING',
      'SMTPUTF8',
    ]
      .filter((keyword) => !missing.includes(keyword))
      .map((line, index, { length }) => `250${index === length - 1 ? ' ' : '-'}${line}`)
      .join('\n');
  }

  async #startTls(): Promise<Answer | null> {
    const { fault, secureContext } = this.#rules;
    if (this.#connection.tlsProtocol) return BAD_SEQUENCE;
    const played = this.#playedAt('starttls');
    if (played) return played;
    // RFC 3207 §4.2: what the client said before counts no more.
    this.#ehlo = null;
    if (fault === 'tls-handshake-failed') await this.#connection.failTls('This is no TLS.');
    else await this.#connection.startTls(secureContext);
    return null;
  }

  async #authenticate(argument: string): Promise<Answer | null> {
    if (this.#ehlo === null) return HELLO_FIRST;
    if (!this.#connection.tlsProtocol) return STARTTLS_FIRST;
    if (this.#transaction) return BAD_SEQUENCE;
    this.#rules.onAuthenticationAttempt();
    const outcome = await authenticate(this.#connection, argument, this.#rules);
    if (outcome === null) return null;
    const { session, reply, user } = outcome;
    this.#user = user ?? null;
    if (session) this.#transaction = this.#transactionOf(session);
    return reply;
  }

  #transactionOf(session: AuthenticatedSession): MailTransaction {
    const { limits, script, onTaken } = this.#rules;
    const { mailbox, tenantId, clientId } = session;
    const use = limits.use(mailbox);
    use.connected(this.#connection.closed);
    const rules = { maxSize: () => limits.usual.messageSize, limits: () => limits.of(mailbox), use, script };
    return new MailTransaction(this.#connection, session, rules, (message) =>
      onTaken(message, { ehlo: this.#ehlo ?? '', authenticatedAs: mailbox, tenantId, clientId }),
    );
  }

  async #mail(argument: string): Promise<Answer> {
    if (this.#ehlo === null) return HELLO_FIRST;
    if (!this.#connection.tlsProtocol) return STARTTLS_FIRST;
    return this.#transaction ? await this.#transaction.mail(argument) : NOT_AUTHENTICATED;
  }

  async #refusedChunk(argument: string): Promise<Answer | null> {
    const size = Number(/^\d{1,15}/.exec(argument)?.[0] ?? 0);
    return (await this.#connection.octets(size, false)) && BAD_SEQUENCE;
  }
}
