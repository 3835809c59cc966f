/** Lines for tests: their attempts end as the test says, and what they are told is kept. */

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { FailureCode } from '../../src/domain/catalogue/catalogue.ts';
import { failure } from '../../src/domain/failure.ts';
import { type Route, Routing } from '../../src/domain/routing.ts';
import type { AttemptEnd } from '../../src/relay/attempt.ts';
import { Lines } from '../../src/relay/lines.ts';
import type { Place } from '../../src/relay/place.ts';
import { recordingEvents } from '../events.ts';
import { passedTime } from './passed-time.ts';
import { placeWith, routeWith, windows } from './places.ts';

interface Running {
  readonly place: Place;
  readonly end: (end: AttemptEnd) => void;
}

/** Lines whose attempts run until they are ended; with `auto` each is taken at once. */
export function linesWith(
  t: TestContext,
  {
    routes = [routeWith()],
    maxAttempts = 100,
    auto = false,
  }: { routes?: Route[]; maxAttempts?: number; auto?: boolean } = {},
) {
  const { clock, pass, settle } = passedTime(t);
  const { events, told } = recordingEvents();
  const running: Running[] = [];
  const begun: string[] = [];
  const expired: string[] = [];
  const held: string[] = [];
  const taken = ({ mailbox, tenant, recipients, external }: Place): AttemptEnd => ({
    usage: { mailbox, tenant, at: clock.now().getTime(), recipients, external },
    failure: null,
  });
  const lines = new Lines({
    routing: new Routing(routes),
    clock,
    events,
    maxAttempts,
    windows,
    attempt: async (place) => {
      begun.push(place.id);
      const end = auto
        ? taken(place)
        : await new Promise<AttemptEnd>((resolve) => running.push({ place, end: resolve }));
      lines.leave(place);
      return end;
    },
    canRecord: () => true,
    onExpired: ({ id }) => void expired.push(id),
    onPause: (of) => void held.push(of.map(({ mailbox }) => mailbox).join(' ')),
  });
  lines.open();
  /** The oldest attempt ends. */
  const end = async (how: (place: Place) => AttemptEnd = taken) => {
    const oldest = running.shift() ?? assert.fail('nothing runs');
    oldest.end(how(oldest.place));
    await settle();
  };
  const fail = (code: FailureCode) => end(() => ({ usage: null, failure: failure(code) }));
  const add = (fields: Partial<Place> = {}) => {
    const place = placeWith(fields);
    lines.add(place);
    return place;
  };
  return { lines, add, end, fail, taken, running, begun, expired, held, told, pass, settle };
}
