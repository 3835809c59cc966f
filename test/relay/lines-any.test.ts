/** Whatever happens in the lines, no limit is ever passed and nothing is left standing: checked over random mailboxes, attempts and troubles. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FailureCode } from '../../src/domain/catalogue/catalogue.ts';
import { failure } from '../../src/domain/failure.ts';
import { Routing } from '../../src/domain/routing.ts';
import { Lines } from '../../src/relay/lines.ts';
import type { Place } from '../../src/relay/place.ts';
import { generatorOf } from '../domain/random.ts';
import { recordingEvents } from '../events.ts';
import { passedTime } from './passed-time.ts';
import { DAY, HOUR, MINUTE, placeWith, routeWith, tenantWith, windows } from './places.ts';

const MAX_ATTEMPTS = 8;
const PER_MINUTE = 5;
const PER_DAY = 60;
const EXTERNAL_PER_DAY = 100;
const CONNECTIONS = 3;

const troubles: readonly FailureCode[] = [
  'send-as-denied',
  'smtp-auth-unsuccessful',
  'entra-client-secret-expired',
  'connection-refused',
  'concurrent-connections-limit',
  'message-content-invalid',
  'recipient-rate-limit-exceeded',
  'tenant-external-recipient-limit',
];

const tenants = ['contoso', 'fabrikam', 'tailspin'].map((name, index) =>
  tenantWith({ name, externalRecipientsPerDay: index === 0 ? EXTERNAL_PER_DAY : null }),
);
const routes = tenants.flatMap((tenant) =>
  [1, 2, 3].map((number) =>
    routeWith({
      mailbox: `m${number}@${tenant.name}.example`,
      tenant,
      maxConnections: CONNECTIONS,
      messagesPerMinute: PER_MINUTE,
      recipientsPerDay: PER_DAY,
    }),
  ),
);

for (let seed = 1; seed <= 15; seed += 1) {
  test(`no limit is passed and nothing is left standing, whatever happens (${seed})`, async (t) => {
    const random = generatorOf(seed);
    const { clock, pass } = passedTime(t);
    const now = () => clock.now().getTime();
    const used: { mailbox: string; tenant: string; at: number; recipients: number; external: number }[] = [];
    const open = new Map<string, number>();
    let isTroubled = true;
    let waiting = 0;

    const within = (key: 'recipients' | 'external', window: number, of: (use: (typeof used)[number]) => boolean) =>
      used.filter((use) => use.at > now() - window && of(use)).reduce((sum, use) => sum + use[key], 0);
    const take = ({ mailbox, tenant, recipients, external }: Place) => {
      const usage = { mailbox, tenant, at: now(), recipients, external };
      used.push(usage);
      const inMinute = used.filter((use) => use.mailbox === mailbox && use.at > now() - MINUTE).length;
      assert.ok(inMinute <= PER_MINUTE, `${inMinute} messages of ${mailbox} in a minute`);
      assert.ok(within('recipients', DAY, (use) => use.mailbox === mailbox) <= PER_DAY);
      if (tenant === 'contoso') {
        assert.ok(within('external', DAY, (use) => use.tenant === tenant) <= EXTERNAL_PER_DAY);
      }
      return { usage, failure: null };
    };
    const attempt = async (place: Place) => {
      const { mailbox } = place;
      open.set(mailbox, (open.get(mailbox) ?? 0) + 1);
      assert.ok((open.get(mailbox) ?? 0) <= CONNECTIONS, `${mailbox} has too many connections`);
      const all = [...open.values()].reduce((sum, count) => sum + count, 0);
      assert.ok(all <= MAX_ATTEMPTS, `${all} attempts at once`);
      await new Promise((resolve) => setTimeout(resolve, 1 + random.below(20_000)));
      open.set(mailbox, (open.get(mailbox) ?? 0) - 1);
      lines.leave(place);
      if (isTroubled && random.below(3) === 0) {
        // As after a failure that passes: it stands in its line again.
        lines.add({ ...place, stand: 'line', dueAt: now() + random.below(MINUTE) });
        return { usage: null, failure: failure(random.of(troubles)) };
      }
      waiting -= 1;
      return take(place);
    };
    const lines: Lines = new Lines({
      routing: new Routing(routes),
      clock,
      events: recordingEvents().events,
      maxAttempts: MAX_ATTEMPTS,
      windows,
      attempt,
      canRecord: () => true,
      onExpired: () => assert.fail('nothing expires here'),
      onPause: () => {},
    });

    lines.open();

    for (let count = 0; count < 150; count += 1) {
      const { mailbox, tenant } = random.of(routes);
      const recipients = 1 + random.below(5);
      lines.add(
        placeWith({
          mailbox,
          tenant: tenant.name,
          from: random.of([mailbox, `ceo@${tenant.name}.example`]),
          priority: random.of(['high', 'normal', 'bulk']),
          recipients,
          external: random.below(recipients + 1),
          dueAt: now() + random.below(HOUR),
          expiresAt: Number.MAX_SAFE_INTEGER,
        }),
      );
      waiting += 1;
      if (random.below(10) === 0) await pass(random.below(MINUTE), 5_000);
    }
    await pass(2 * HOUR, 5_000);
    isTroubled = false;
    await pass(3 * DAY, MINUTE);
    assert.equal(waiting, 0, `${waiting} are left standing`);
    assert.equal([...lines.places].length, 0);
    assert.equal(lines.running, 0);
  });
}
