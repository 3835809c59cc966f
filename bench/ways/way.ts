/** One way to submit messages, or to do a part of that, in a process of its own that stays for all rounds. */

import type { Taken } from '../load.ts';

export interface Way extends AsyncDisposable {
  readonly name: string;
  /** Of the process that is measured. */
  readonly pid: number;
  /** Whether its messages reach the sink: before `submit` resolves, at their own time, or never. */
  readonly reachesSink: 'at-once' | 'later' | 'never';
  /** How many messages it gets for each one of the relay's: as many as keep it busy for about as long. */
  readonly share: number;
  submit(messages: number): Promise<Taken>;
}
