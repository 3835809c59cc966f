/** The relay as one of the ways: callers that wait for their receipt, or for no more than that it holds their message. */

import { type RelayOptions, type RelayProcess, startRelayProcess } from '../relay-process.ts';
import type { FarSide } from '../sink.ts';
import { type CallerOptions, callersOf } from './post.ts';
import type { Way } from './way.ts';

/** A relay of its own whose callers wait. */
export async function relay(farSide: FarSide, options: RelayOptions = {}): Promise<Way> {
  const process = await startRelayProcess(farSide, options);
  return callersOfRelay(process, { name: options.name ?? 'exo-relay', mailboxOf: () => farSide.mailbox }, process);
}

export interface RelayCallers extends Pick<CallerOptions, 'mailboxOf' | 'bodyOf' | 'outstanding'> {
  readonly name: string;
  /** Answered as soon as the message is held (RFC 7240). */
  readonly respondAsync?: boolean;
}

/** @param ends with the way; absent for a relay that has several */
export function callersOfRelay(process: RelayProcess, options: RelayCallers, ends?: AsyncDisposable): Way {
  const { name, respondAsync = false, ...others } = options;
  const { url, authorization, pid } = process;
  const fields = respondAsync ? { authorization, prefer: 'respond-async' } : { authorization };
  const callers = callersOf({ ...others, url, fields, status: respondAsync ? 202 : 200 });
  return {
    name,
    pid,
    reachesSink: respondAsync ? 'later' : 'at-once',
    share: 1,
    submit: callers.submit,
    [Symbol.asyncDispose]: async () => {
      callers[Symbol.dispose]();
      await ends?.[Symbol.asyncDispose]();
    },
  };
}
