/** An assembled relay with an outbox in memory, before an Exchange Online and an Entra ID that answer as the test says. */

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { ulids } from '../../src/adapters/ids/ulids.ts';
import { unavailable } from '../../src/adapters/outbox/outbox-failures.ts';
import type { FailureCode } from '../../src/domain/catalogue/catalogue.ts';
import type { Client } from '../../src/domain/client.ts';
import { type Failure, FailureError, failure } from '../../src/domain/failure.ts';
import { type Route, Routing } from '../../src/domain/routing.ts';
import type { Submission } from '../../src/domain/submission.ts';
import type { SubmissionRequest } from '../../src/domain/submission-request.ts';
import type { Change } from '../../src/ports/outbox.ts';
import type { AccessToken, SubmissionClient, Transaction, TransactionResult } from '../../src/ports.ts';
import { assembleRelay, type RelayUse } from '../../src/relay/assembly.ts';
import type { SendOptions } from '../../src/relay/relay.ts';
import { MemoryOutbox } from '../adapters/outbox/memory-outbox.ts';
import { clientWith } from '../domain/clients.ts';
import { plainRequest } from '../domain/plain-request.ts';
import { recordingEvents } from '../events.ts';
import { type PassedTime, passedTime } from './passed-time.ts';
import { DAY, routeWith, windows } from './places.ts';

/** What becomes of a transaction. */
export type Answer = (transaction: Transaction) => Promise<TransactionResult>;

/** Everybody is accepted. */
export const taking: Answer = async ({ token, begun, beforeFinalDot, envelope }) => {
  await token();
  begun();
  await beforeFinalDot();
  return { accepted: envelope.forwardPaths, rejected: [], reply: { code: 250, enhanced: '2.0.0', text: 'OK' } };
};

/** Refused with a failure of the catalogue, where that usually appears: after the final dot, too, if that is there. */
export function refusing(code: FailureCode, retryAfter: number | null = null): Answer {
  return async ({ token, begun, beforeFinalDot }) => {
    const refused = failure(code, { retryAfter });
    await token();
    if (refused.stage === 'data') {
      begun();
      await beforeFinalDot();
    }
    throw new FailureError(refused);
  };
}

/** Exchange Online: every transaction is answered as `answer` says by then. */
export class ScriptedExchange implements SubmissionClient {
  answer: Answer = taking;
  readonly transactions: Transaction[] = [];
  /** How many are under way, and how many were at most. */
  open = 0;
  most = 0;

  async submit(transaction: Transaction): Promise<TransactionResult> {
    this.transactions.push(transaction);
    this.open += 1;
    this.most = Math.max(this.most, this.open);
    try {
      return await this.answer(transaction);
    } finally {
      this.open -= 1;
    }
  }

  async close() {}
  cut() {}

  /** The messages as they came: subject and Message-ID. */
  get contents(): string[] {
    return this.transactions.map(({ content }) => Buffer.from(content).toString());
  }

  get subjects(): string[] {
    return this.contents.map((content) => content.split('\n')[0] ?? '');
  }
}

/** An outbox with trouble of the test's choice. */
export class TroubledOutbox extends MemoryOutbox {
  /** Operations that fail. */
  readonly failing = new Set<'load' | 'record' | 'mark' | 'forget' | 'enqueue'>();
  /** What a change waits for before it is written. */
  beforeRecord: () => Promise<void> = async () => {};

  override async load(id: string) {
    this.#check('load');
    return await super.load(id);
  }
  override async mark(id: string, at: number) {
    this.#check('mark');
    await super.mark(id, at);
  }
  override async record(change: Change) {
    await this.beforeRecord();
    this.#check('record');
    return await super.record(change);
  }
  override async forget(id: string, revision: number) {
    this.#check('forget');
    return await super.forget(id, revision);
  }

  #check(operation: Parameters<typeof this.failing.has>[0]) {
    if (this.failing.has(operation)) throw unavailable('could not be written');
  }
}

export interface Given {
  readonly routes?: readonly Route[];
  readonly outbox?: TroubledOutbox;
  readonly time?: PassedTime;
  readonly use?: Partial<RelayUse>;
}

const newId = ulids(() => new Date());

export async function relayInMemory(t: TestContext, given: Given = {}) {
  const { routes = [routeWith()], outbox = new TroubledOutbox(), time = passedTime(t) } = given;
  const { events, told, all } = recordingEvents();
  const exchange = new ScriptedExchange();
  /** Entra ID: why there is no token, if there is none; and how often it was asked. */
  const entra: { refusal: FailureCode | null; asked: number; askedAnew: string[] } = {
    refusal: null,
    asked: 0,
    askedAnew: [],
  };
  const relay = await assembleRelay({
    routing: new Routing(routes),
    composer: { compose: async ({ subject }, { messageId }) => Buffer.from(`${subject}\n${messageId}`) },
    clock: time.clock,
    events,
    newId,
    digest: (texts) => texts.join('.'),
    tokens: {
      acquire: async () => {
        entra.asked += 1;
        if (entra.refusal) throw new FailureError(failure(entra.refusal));
        return token;
      },
      keepFresh: () => {},
      replace: async () => null,
      askAnew: ({ name }) => void entra.askedAnew.push(name),
    },
    client: exchange,
    outbox,
    inDoubt: 'hold',
    maxAttempts: 100,
    windows,
    retention: { records: 7 * DAY, contents: DAY },
    random: () => 0.5,
    ...given.use,
  });
  relay.begin();
  t.after(() => relay.stop());
  const send = (request: Partial<SubmissionRequest> & Asked = {}, options: Partial<SendOptions> = {}) => {
    const {
      subject = 'Invoice',
      from = 'billing@contoso.example',
      to = ['jane@fabrikam.example'],
      client,
      ...rest
    } = request;
    const message = {
      ...nothingMore,
      from: { name: null, address: from },
      to: to.map((address) => ({ name: null, address })),
      subject,
    };
    const asking = { client: client ?? clientWith(), requestId: 'r-1' };
    return relay.send({ ...plainRequest(message), ...rest }, asking, { wait: 0, claim: null, ...options });
  };
  /** Accepted and answered with 202. */
  const acknowledged = async (request: Partial<SubmissionRequest> & Asked = {}): Promise<string> => {
    const outcome = await send(request);
    assert.equal(outcome.kind, 'pending');
    return outcome.submission.id;
  };
  const found = async (id: string): Promise<Submission> => (await outbox.find(id)) ?? assert.fail(`there is no ${id}`);
  /** How many records there are. */
  const kept = async () => (await outbox.list({}, null, 1_000)).submissions.length;
  return { relay, exchange, entra, outbox, time, told, all, send, acknowledged, found, kept, ...time };
}

export interface Asked {
  readonly subject?: string;
  readonly from?: string;
  readonly to?: readonly string[];
  readonly client?: Client;
}

/** The code of what an outcome failed with. */
export function codeOf(outcome: { readonly kind: string; readonly failure?: Failure }): string {
  return outcome.failure?.code ?? outcome.kind;
}

/** Kept by the test until it lets it go. */
export function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

const token: AccessToken = { value: 'token', acquiredAt: new Date(), expiresAt: new Date(), claims: null };

const nothingMore = {
  cc: [],
  bcc: [],
  replyTo: [],
  text: 'Thank you.',
  html: null,
  headers: [],
  attachments: [],
  importance: null,
  inReplyTo: null,
  references: [],
};
