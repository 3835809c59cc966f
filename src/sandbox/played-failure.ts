/** A failure with all the replies in which it was met, and the scenarios that come of it: one for each reply, in their order, so that a name plays the same reply for ever. */

import type { Reaction, SmtpScenario, SmtpStage } from './scenario.ts';

/** One reply that was recorded, or is documented. */
export interface RecordedReply extends Reaction {
  readonly source: string;
  /** Where this one came at another stage than the others. */
  readonly at?: SmtpStage;
}

export interface PlayedFailure {
  readonly name: string;
  /** The failure it ends in, where that is not its name. */
  readonly failure?: string;
  readonly by: readonly SmtpScenario['trigger'][];
  readonly at: SmtpStage;
  readonly plays: string;
  readonly replies: readonly RecordedReply[];
}

/** The scenarios with one trigger: the first reply by the failure's name, the others by that and their number. */
export function scenariosBy(trigger: SmtpScenario['trigger'], played: readonly PlayedFailure[]): SmtpScenario[] {
  return played
    .filter(({ by }) => by.includes(trigger))
    .flatMap(({ name, failure = name, at, plays, replies }) =>
      replies.map((recorded, index) => ({
        trigger,
        name: index === 0 ? name : `${name}-${index + 1}`,
        failure,
        at,
        plays,
        ...recorded,
      })),
    );
}
