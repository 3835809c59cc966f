/** Every listener hears everything, and none of them can break what is reported. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fanOut } from '../../../src/adapters/events/fan-out.ts';
import type { Events } from '../../../src/ports.ts';
import { recordingEvents } from '../../events.ts';

test('each event reaches every listener under its own name', () => {
  const [first, second] = [recordingEvents(), recordingEvents()];
  const events = fanOut([first.events, { relayStopped: () => {} }, second.events]);
  const names = Object.keys(first.events) as (keyof Events)[];
  assert.deepEqual(Object.keys(events), names);
  events.relayStopping({ signal: 'SIGTERM' });
  events.relayStopped();
  assert.deepEqual(first.all, [
    { event: 'relayStopping', facts: { signal: 'SIGTERM' } },
    { event: 'relayStopped', facts: {} },
  ]);
  assert.deepEqual(second.all, first.all);
});

test('a listener that throws keeps nobody else from hearing, and is complained of once', () => {
  const complaints: string[] = [];
  const broken: Partial<Events> = {
    relayStopped: () => {
      throw new Error('disk full');
    },
  };
  const heard = recordingEvents();
  const events = fanOut([broken, heard.events], (words) => complaints.push(words));
  events.relayStopped();
  events.relayStopped();
  assert.equal(heard.all.length, 2);
  assert.equal(complaints.length, 1);
  assert.match(complaints[0] ?? '', /relayStopped.*disk full/);
});
