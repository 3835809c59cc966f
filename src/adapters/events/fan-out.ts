/** Tells each event to all who listen. None of them can fail what is reported: a message that Exchange took stays taken, whatever becomes of its log line. */

import type { Events } from '../../ports.ts';

type Facts<Name extends keyof Events> = Parameters<Events[Name]>[0];

/**
 * Events for several listeners, each told in order.
 *
 * @param complain told once, of the first error; by default on standard error
 */
export function fanOut(
  listeners: readonly Partial<Events>[],
  complain: (words: string) => void = (words) => void process.stderr.write(words),
): Events {
  let complained = false;
  const each =
    <Name extends keyof Events>(name: Name) =>
    (facts?: Facts<Name>): void => {
      for (const listener of listeners) {
        try {
          const tell = listener[name] as ((facts?: Facts<Name>) => void) | undefined;
          tell?.call(listener, facts);
        } catch (error) {
          if (complained) continue;
          complained = true;
          complain(`exo-relay: the event ${name} could not be written, and maybe others after it: ${String(error)}\n`);
        }
      }
    };
  return {
    relayStarted: each('relayStarted'),
    relayStopping: each('relayStopping'),
    relayStopCut: each('relayStopCut'),
    relayStopped: each('relayStopped'),
    listeningInClear: each('listeningInClear'),
    requestAnswered: each('requestAnswered'),
    requestBroke: each('requestBroke'),
    submissionAccepted: each('submissionAccepted'),
    submissionSubmitted: each('submissionSubmitted'),
    attemptFailed: each('attemptFailed'),
    submissionDeferred: each('submissionDeferred'),
    submissionInDoubt: each('submissionInDoubt'),
    submissionFinished: each('submissionFinished'),
    submissionExpired: each('submissionExpired'),
    paused: each('paused'),
    resumed: each('resumed'),
    outboxAwaited: each('outboxAwaited'),
    outboxOpened: each('outboxOpened'),
    outboxFailing: each('outboxFailing'),
    outboxRecovered: each('outboxRecovered'),
    swept: each('swept'),
    mailboxBudgetUsedUp: each('mailboxBudgetUsedUp'),
    tokenAcquired: each('tokenAcquired'),
    tokenServed: each('tokenServed'),
    tokenCacheLost: each('tokenCacheLost'),
    tokenCacheRecovered: each('tokenCacheRecovered'),
    tokenRequestFailed: each('tokenRequestFailed'),
    tokenClaimsDiffer: each('tokenClaimsDiffer'),
    connectionOpened: each('connectionOpened'),
    connectionClosed: each('connectionClosed'),
  };
}
