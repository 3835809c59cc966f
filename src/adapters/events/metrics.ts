/** Counts what the events tell, for Prometheus. Loads prom-client once the relay has started, or at the first event if that comes sooner, so that no start waits for it. */

import { createRequire } from 'node:module';
import type { ConnectionEnd, Events } from '../../ports.ts';
import { type MetricSources, type PromClient, relayMetrics } from './relay-metrics.ts';

type Facts<Name extends keyof Events> = Parameters<Events[Name]>[0];

/** All metrics as text, and its media type. */
export interface Exposition {
  readonly mediaType: string;
  readonly text: string;
}

const reasons: Readonly<Record<ConnectionEnd, string>> = {
  'the server closed it': 'server',
  'it failed': 'failed',
  'it was idle': 'idle',
  'another mailbox needs its place': 'displaced',
  'the relay stops': 'stopping',
  'it was cut': 'cut',
};

export class Metrics implements Partial<Events> {
  readonly #version: string;
  readonly #sources: Omit<MetricSources, 'bodies'>;
  #bodies: () => ReturnType<MetricSources['bodies']> = () => ({ bytes: 0, waiting: 0 });
  #made: ReturnType<typeof relayMetrics> | null = null;

  /** @param version of the relay */
  constructor(version: string, sources: Omit<MetricSources, 'bodies'>) {
    this.#version = version;
    this.#sources = sources;
  }

  /** @param bodies what of request bodies is in memory now */
  async read(bodies: ReturnType<MetricSources['bodies']>): Promise<Exposition> {
    this.#bodies = () => bodies;
    const { registry } = this.#metrics;
    return { mediaType: registry.contentType, text: await registry.metrics() };
  }

  relayStarted(): void {
    setImmediate(() => this.#metrics);
  }

  requestAnswered({ route, method, status, failure, milliseconds }: Facts<'requestAnswered'>): void {
    const { requests, requestFailures, requestSeconds } = this.#metrics;
    requests.inc({ route, method, status });
    requestSeconds.observe({ route }, milliseconds / 1_000);
    if (failure !== null) requestFailures.inc({ failure });
  }

  submissionAccepted({ size }: Facts<'submissionAccepted'>): void {
    this.#metrics.messageBytes.observe(size);
  }

  submissionSubmitted({ accepted, rejected, times, milliseconds }: Facts<'submissionSubmitted'>): void {
    const { submissions, submissionSeconds, recipientsAccepted, recipientsRejected, stageSeconds } = this.#metrics;
    submissions.inc(SUBMITTED);
    submissionSeconds.observe(SUBMITTED, milliseconds / 1_000);
    recipientsAccepted.inc(accepted);
    for (const { failure } of rejected) recipientsRejected.inc({ failure });
    if (!times) return;
    stageSeconds.observe({ stage: 'envelope' }, times.envelope / 1_000);
    stageSeconds.observe({ stage: 'content' }, times.content / 1_000);
    stageSeconds.observe({ stage: 'final_dot' }, times.finalDot / 1_000);
  }

  submissionFailed({ failure: { code }, milliseconds }: Facts<'submissionFailed'>): void {
    const { submissions, submissionSeconds, submissionFailures } = this.#metrics;
    const outcome = code === 'submission-in-doubt' ? IN_DOUBT : FAILED;
    submissions.inc(outcome);
    submissionSeconds.observe(outcome, milliseconds / 1_000);
    submissionFailures.inc({ failure: code });
  }

  tokenAcquired({ milliseconds }: Facts<'tokenAcquired'>): void {
    this.#metrics.tokenRequests.inc({ outcome: 'acquired' });
    this.#metrics.stageSeconds.observe({ stage: 'token' }, milliseconds / 1_000);
  }

  tokenRequestFailed({ failure: { code }, milliseconds }: Facts<'tokenRequestFailed'>): void {
    this.#metrics.tokenRequests.inc({ outcome: 'failed' });
    this.#metrics.tokenFailures.inc({ failure: code });
    this.#metrics.stageSeconds.observe({ stage: 'token' }, milliseconds / 1_000);
  }

  tokenServed({ from }: Facts<'tokenServed'>): void {
    this.#metrics.tokensServed.inc({ from });
  }

  tokenCacheLost(): void {
    this.#metrics.tokenCacheLosses.inc();
  }

  connectionOpened({ milliseconds }: Facts<'connectionOpened'>): void {
    this.#metrics.connectionsOpened.inc();
    this.#metrics.stageSeconds.observe({ stage: 'connect' }, milliseconds / 1_000);
  }

  connectionClosed({ reason }: Facts<'connectionClosed'>): void {
    this.#metrics.connectionsClosed.inc({ reason: reasons[reason] });
  }

  get #metrics(): ReturnType<typeof relayMetrics> {
    if (this.#made) return this.#made;
    // At once and not in a promise, so that what is told meanwhile is counted as well.
    const prom: PromClient = createRequire(import.meta.url)('prom-client');
    const made = relayMetrics(prom, this.#version, { ...this.#sources, bodies: () => this.#bodies() });
    // A series that begins with its first count shows no increase by it.
    for (const outcome of [SUBMITTED, FAILED, IN_DOUBT]) made.submissions.inc(outcome, 0);
    for (const outcome of ['acquired', 'failed']) made.tokenRequests.inc({ outcome }, 0);
    for (const from of ['memory', 'redis', 'entra']) made.tokensServed.inc({ from }, 0);
    for (const reason of Object.values(reasons)) made.connectionsClosed.inc({ reason }, 0);
    this.#made = made;
    return made;
  }
}

// One object each, however many messages.
const SUBMITTED = { outcome: 'submitted' };
const FAILED = { outcome: 'failed' };
const IN_DOUBT = { outcome: 'in_doubt' };
