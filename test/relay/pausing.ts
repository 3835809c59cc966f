/** Pauses for tests, with a time that is set, and the senders that fail. */

import type { FailureCode } from '../../src/domain/catalogue/catalogue.ts';
import type { Stage } from '../../src/domain/catalogue/entry.ts';
import { failure } from '../../src/domain/failure.ts';
import { Pauses, type Sender } from '../../src/relay/pauses.ts';
import { recordingEvents } from '../events.ts';

export const ceo: Sender = { tenant: 'contoso', mailbox: 'billing@contoso.example', from: 'ceo@contoso.example' };
export const cfo: Sender = { ...ceo, from: 'cfo@contoso.example' };
export const support: Sender = {
  tenant: 'contoso',
  mailbox: 'support@contoso.example',
  from: 'support@contoso.example',
};
export const stranger: Sender = { tenant: 'fabrikam', mailbox: 'mail@fabrikam.example', from: 'mail@fabrikam.example' };
export const nothing = new Set<string>();

/** As Exchange Online refuses it; where nothing else is said at the stage of the catalogue. */
export function refused(code: FailureCode, stage?: Stage) {
  const smtp = { command: 'DATA', reply: { code: 554, enhanced: '5.0.0', text: 'No' } };
  return failure(code, { smtp, ...(stage && { stage }) });
}

export function pausing() {
  const { events, told } = recordingEvents();
  const calls: string[] = [];
  const time = { now: 0 };
  const pauses = new Pauses({
    clock: { now: () => new Date(time.now) },
    events,
    onPause: (about) => void calls.push(`pause ${about}`),
    onResume: (about) => void calls.push(`resume ${about}`),
  });
  /** An attempt that begins and fails now. */
  const fail = (sender: Sender, code: FailureCode, stage?: Stage) =>
    pauses.failed(sender, refused(code, stage), pauses.probe(sender, time.now));
  const succeed = (sender: Sender) => pauses.succeeded(sender, pauses.probe(sender, time.now));
  return { pauses, time, fail, succeed, told, calls };
}
