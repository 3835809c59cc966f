/** One way to submit messages, in a process of its own that stays for all rounds. */

import type { Taken } from '../load.ts';

export interface Way extends AsyncDisposable {
  readonly name: string;
  /** Of the process that is measured. */
  readonly pid: number;
  /** Whether its messages reach the sink. */
  readonly submits: boolean;
  /** Whether it is so slow that it gets fewer messages. */
  readonly slow: boolean;
  submit(messages: number): Promise<Taken>;
}
