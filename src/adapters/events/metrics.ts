/** Counts what the events tell, for Prometheus. Loads prom-client once the relay has started, or at the first event if that comes sooner, so that no start waits for it. */

import { createRequire } from 'node:module';
import type { ConnectionEnd, Events } from '../../ports.ts';
import type { PromClient } from './metric-makers.ts';
import { labelOf } from './outbox-metrics.ts';
import { type MetricSources, relayMetrics } from './relay-metrics.ts';

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
  #made: ReturnType<typeof withSeriesOfEach> | null = null;

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
    this.#metrics.submissionsAccepted.inc();
    this.#metrics.messageBytes.observe(size);
  }

  submissionSubmitted({ accepted, rejected, times, milliseconds }: Facts<'submissionSubmitted'>): void {
    const { recipientsAccepted, recipientsRejected, ofEach } = this.#metrics;
    ofEach.submitted.inc();
    ofEach.seconds.observe(milliseconds / 1_000);
    recipientsAccepted.inc(accepted);
    for (const { failure } of rejected) recipientsRejected.inc({ failure });
    if (!times) return;
    ofEach.envelope.observe(times.envelope / 1_000);
    ofEach.content.observe(times.content / 1_000);
    ofEach.finalDot.observe(times.finalDot / 1_000);
  }

  attemptFailed({ failure: { code }, milliseconds }: Facts<'attemptFailed'>): void {
    const { submissions, submissionSeconds, submissionFailures } = this.#metrics;
    const outcome = code === 'submission-in-doubt' ? IN_DOUBT : FAILED;
    submissions.inc(outcome);
    submissionSeconds.observe(outcome, milliseconds / 1_000);
    submissionFailures.inc({ failure: code });
  }

  submissionDeferred(): void {
    this.#metrics.attemptsDeferred.inc();
  }

  submissionInDoubt(): void {
    this.#metrics.inDoubt.inc();
  }

  submissionFinished({ status, ageMilliseconds }: Facts<'submissionFinished'>): void {
    this.#metrics.submissionsFinished.inc({ status: labelOf(status) });
    if (status === 'submitted') this.#metrics.submissionAge.observe(ageMilliseconds / 1_000);
  }

  paused({ about, probes }: Facts<'paused'>): void {
    // Told again after each probe in vain, of the same pause.
    if (probes === 0) this.#metrics.pauses.inc({ about });
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

  get #metrics(): ReturnType<typeof withSeriesOfEach> {
    if (this.#made) return this.#made;
    // At once and not in a promise, so that what is told meanwhile is counted as well.
    const prom: PromClient = createRequire(import.meta.url)('prom-client');
    const made = withSeriesOfEach(
      relayMetrics(prom, this.#version, { ...this.#sources, bodies: () => this.#bodies() }),
    );
    // A series that begins with its first count shows no increase by it.
    made.requestFailures.inc({ failure: 'internal-error' }, 0);
    for (const outcome of [SUBMITTED, FAILED, IN_DOUBT]) made.submissions.inc(outcome, 0);
    for (const status of ['submitted', 'failed', 'canceled', 'in_doubt']) made.submissionsFinished.inc({ status }, 0);
    for (const about of ['sender', 'mailbox', 'tenant']) made.pauses.inc({ about }, 0);
    for (const outcome of ['acquired', 'failed']) made.tokenRequests.inc({ outcome }, 0);
    for (const from of ['memory', 'redis', 'entra']) made.tokensServed.inc({ from }, 0);
    for (const reason of Object.values(reasons)) made.connectionsClosed.inc({ reason }, 0);
    this.#made = made;
    return made;
  }
}

/** The series that every message counts in are looked up once. */
function withSeriesOfEach(made: ReturnType<typeof relayMetrics>) {
  const { submissions, submissionSeconds, stageSeconds } = made;
  return {
    ...made,
    ofEach: {
      submitted: submissions.labels(SUBMITTED),
      seconds: submissionSeconds.labels(SUBMITTED),
      envelope: stageSeconds.labels({ stage: 'envelope' }),
      content: stageSeconds.labels({ stage: 'content' }),
      finalDot: stageSeconds.labels({ stage: 'final_dot' }),
    },
  };
}

// One object each, however many messages.
const SUBMITTED = { outcome: 'submitted' };
const FAILED = { outcome: 'failed' };
const IN_DOUBT = { outcome: 'in_doubt' };
