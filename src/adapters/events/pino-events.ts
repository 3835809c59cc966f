/** Writes the operational events as log lines: the one author of the log, so that field names stay the same; neither bodies nor subjects nor secrets come here. */

import { type DestinationStream, type Logger, pino } from 'pino';
import { entryOf, type Failure } from '../../domain/failure.ts';
import type { Events } from '../../ports.ts';
import { GatheredLines } from './gathered-lines.ts';
import { logOutput } from './log-output.ts';

/** Standard output, as JSON lines, or for people when it is a terminal. */
export async function logDestination(output: NodeJS.WriteStream & { readonly fd: number }): Promise<DestinationStream> {
  if (!output.isTTY) {
    const lines = new GatheredLines(logOutput(output.fd, (words) => void process.stderr.write(words)));
    process.once('exit', () => lines.writeOut());
    return lines;
  }
  const { default: pretty } = await import('pino-pretty');
  return pretty({
    destination: output,
    sync: true,
    singleLine: true,
    translateTime: 'HH:MM:ss',
    ignore: 'pid,hostname',
  });
}

/**
 * The event log.
 *
 * @param level the least level that is written
 */
export function pinoEvents(level: string, destination: DestinationStream): Events {
  const log: Logger = pino({ level, base: null, timestamp: isoTime() }, destination);
  const event = (name: string, facts: object) => ({ event: name, ...facts });
  return {
    relayStarted: (at) => log.info(event('relay-started', at), `listening on ${at.url}`),
    relayStopping: (cause) => log.info(event('relay-stopping', cause), `stopping on ${cause.signal}`),
    relayStopCut: (cut) =>
      log.warn(event('relay-stop-cut', cut), `time to stop is up: ${cut.submissions} submissions were cut`),
    relayStopped: () => log.info(event('relay-stopped', {}), 'stopped'),
    listeningInClear: (at) =>
      log.warn(
        event('listening-in-clear', at),
        `listening on ${at.host} without TLS: API keys and mail pass this network in clear`,
      ),
    requestAnswered: (request) =>
      log[isWatching(request.route) ? 'debug' : 'info'](
        event('request-answered', request),
        `${request.method} ${request.route} ${request.status}`,
      ),
    requestBroke: ({ requestId, cause }) =>
      log.error(event('request-broke', { requestId, err: cause }), 'a defect of the relay broke a request'),
    submissionAccepted: (submission) =>
      log.debug(event('submission-accepted', submission), `accepted ${submission.id}`),
    submissionSubmitted: (submission) =>
      log.info(event('submission-submitted', submission), `submitted ${submission.id} as ${submission.mailbox}`),
    attemptFailed: ({ failure, cause, ...submission }) =>
      log.warn(
        event('attempt-failed', {
          ...submission,
          ...failureFacts(failure),
          cause: wordsOf(cause),
        }),
        `an attempt of ${submission.id} failed: ${failure.code}: ${entryOf(failure.code).title}`,
      ),
    submissionDeferred: ({ failure, cause, ...submission }) =>
      log.info(
        event('submission-deferred', { ...submission, ...failureFacts(failure), cause: wordsOf(cause) }),
        `deferred ${submission.id}: ${failure.code}`,
      ),
    submissionInDoubt: ({ failure, cause, ...submission }) =>
      log.warn(
        event('submission-in-doubt', { ...submission, ...failureFacts(failure), cause: wordsOf(cause) }),
        `in doubt ${submission.id}: nobody can know whether it was taken`,
      ),
    submissionFinished: (submission) =>
      log[finishedLevels[submission.status]](
        event('submission-finished', submission),
        `${submission.status} ${submission.id}${submission.failure ? `: ${submission.failure}` : ''}`,
      ),
    submissionExpired: (submission) =>
      log.warn(event('submission-expired', submission), `expired ${submission.id}: it was not submitted in time`),
    paused: ({ failure, ...pause }) =>
      log.warn(
        event('paused', { ...pause, ...failureFacts(failure) }),
        `paused ${pause.about} ${pause.name} until ${pause.until.toISOString()}: ${failure.code}`,
      ),
    resumed: (pause) => log.info(event('resumed', pause), `resumed ${pause.about} ${pause.name} by ${pause.by}`),
    outboxAwaited: (outbox) =>
      log.warn(event('outbox-awaited', outbox), `waiting for another relay to let go of ${outbox.folder}`),
    outboxOpened: (outbox) =>
      log.info(event('outbox-opened', outbox), `outbox in ${outbox.folder}: ${outbox.waiting} submissions wait`),
    outboxFailing: (trouble) =>
      log.error(
        event('outbox-failing', trouble),
        `the outbox cannot be written, nothing is accepted until it can: ${trouble.cause}`,
      ),
    outboxRecovered: (recovery) => log.info(event('outbox-recovered', recovery), 'the outbox can be written again'),
    swept: (sweep) => log.debug(event('swept', sweep), `${sweep.records} records were kept long enough and are gone`),
    mailboxBudgetUsedUp: (budget) =>
      log.info(
        event('mailbox-budget-used-up', budget),
        `${budget.mailbox} has used up its ${budget.budget}, until ${budget.until.toISOString()}`,
      ),
    tokenAcquired: (token) => log.info(event('token-acquired', token), `token for tenant ${token.tenant}`),
    tokenServed: (token) =>
      log.debug(event('token-served', token), `token for tenant ${token.tenant} from ${token.from}`),
    tokenCacheLost: (loss) =>
      log.warn(
        event('token-cache-lost', loss),
        `Redis is away, each replica asks for its own tokens until it is back: ${loss.cause}`,
      ),
    tokenCacheRecovered: (recovery) =>
      log.info(event('token-cache-recovered', recovery), 'Redis is back, replicas share their tokens again'),
    tokenRequestFailed: ({ failure, cause, ...request }) =>
      log.warn(
        event('token-request-failed', { ...request, ...failureFacts(failure), cause: wordsOf(cause) }),
        `no new token for tenant ${request.tenant}: ${failure.code}`,
      ),
    tokenClaimsDiffer: (token) =>
      log.warn(event('token-claims-differ', token), `token for tenant ${token.tenant}: ${token.findings.join(' ')}`),
    connectionOpened: (connection) =>
      log.info(event('connection-opened', connection), `connected to ${connection.server} as ${connection.mailbox}`),
    connectionClosed: (connection) =>
      log.info(
        event('connection-closed', connection),
        `connection to ${connection.server} closed: ${connection.reason}`,
      ),
  };
}

/** That it was submitted or is in doubt stands in a line of its own already. */
const finishedLevels = { submitted: 'debug', 'in-doubt': 'debug', canceled: 'info', failed: 'warn' } as const;

/** The time as it is written. What several lines share of it is made once for each second. */
function isoTime(): () => string {
  let second = Number.NaN;
  let upToSecond = '';
  return () => {
    const now = Date.now();
    const milliseconds = now % 1_000;
    if (now - milliseconds !== second) {
      second = now - milliseconds;
      upToSecond = new Date(second).toISOString().slice(0, -'000Z'.length);
    }
    return `,"time":"${upToSecond}${String(milliseconds).padStart(3, '0')}Z"`;
  };
}

/** Asked every few seconds by whoever watches over the relay. */
function isWatching(route: string): boolean {
  return /^\/(?:health|metrics)(?:\/|$)/.test(route);
}

function wordsOf(cause: unknown): string | undefined {
  return cause instanceof Error ? cause.message : undefined;
}

/** The reply stands in the detail already. */
function failureFacts({ code, stage, detail, smtp, entra }: Failure) {
  return {
    failure: code,
    stage,
    detail,
    smtp: smtp && { command: smtp.command, code: smtp.reply.code, enhanced: smtp.reply.enhanced },
    entra: entra && {
      error: entra.error,
      code: entra.code,
      traceId: entra.traceId,
      correlationId: entra.correlationId,
    },
  };
}
