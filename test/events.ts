/** Events that are kept for a test to look at instead of being written. */

import type { Events } from '../src/ports.ts';

/** What one event was told. */
type Facts<Name extends keyof Events> = Parameters<Events[Name]>[0];

export interface Told {
  readonly event: keyof Events;
  readonly facts: object;
}

export interface RecordingEvents {
  readonly events: Events;
  /** Everything, in order. */
  readonly all: Told[];
  /** What was told under one name, in order. */
  told<Name extends keyof Events>(name: Name): Facts<Name>[];
}

export function recordingEvents(): RecordingEvents {
  const all: Told[] = [];
  const record =
    <Name extends keyof Events>(event: Name) =>
    (facts?: Facts<Name>): void =>
      void all.push({ event, facts: facts ?? {} });
  return {
    events: {
      relayStarted: record('relayStarted'),
      relayStopping: record('relayStopping'),
      relayStopCut: record('relayStopCut'),
      relayStopped: record('relayStopped'),
      listeningInClear: record('listeningInClear'),
      requestAnswered: record('requestAnswered'),
      requestBroke: record('requestBroke'),
      submissionAccepted: record('submissionAccepted'),
      submissionSubmitted: record('submissionSubmitted'),
      attemptFailed: record('attemptFailed'),
      submissionDeferred: record('submissionDeferred'),
      submissionInDoubt: record('submissionInDoubt'),
      submissionFinished: record('submissionFinished'),
      submissionExpired: record('submissionExpired'),
      paused: record('paused'),
      resumed: record('resumed'),
      outboxAwaited: record('outboxAwaited'),
      outboxOpened: record('outboxOpened'),
      outboxFailing: record('outboxFailing'),
      outboxRecovered: record('outboxRecovered'),
      swept: record('swept'),
      mailboxBudgetUsedUp: record('mailboxBudgetUsedUp'),
      tokenAcquired: record('tokenAcquired'),
      tokenServed: record('tokenServed'),
      tokenCacheLost: record('tokenCacheLost'),
      tokenCacheRecovered: record('tokenCacheRecovered'),
      tokenRequestFailed: record('tokenRequestFailed'),
      tokenClaimsDiffer: record('tokenClaimsDiffer'),
      connectionOpened: record('connectionOpened'),
      connectionClosed: record('connectionClosed'),
    },
    all,
    told: <Name extends keyof Events>(name: Name) =>
      all.filter(({ event }) => event === name).map(({ facts }) => facts as Facts<Name>),
  };
}
