import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Outcome, retry } from '../../../../watcher/delivery/outcome.ts';
import type { SubscriptionTarget } from '../../../../watcher/delivery/subscription-target.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { newEvent } from '../../journal/journal-events.ts';
import { startDelivery, webhookTarget } from '../delivery-setup.ts';
import { createScripted } from './scripted-sender.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** A probe every five minutes, a fifth later at most, and a minute for what then goes out. */
const LONGEST_WAIT_MS = 6 * MINUTE + MINUTE;
/** So many failures in a row close the queue; those under way besides have begun before. */
const WITNESSES = 5;

type Phase = {
  readonly lastsMs: number;
  readonly answer: 'up' | 'down' | 'overloaded' | 'flaky';
  readonly events: number;
};

const phase: fc.Arbitrary<Phase> = fc.record({
  lastsMs: fc.integer({ min: 1, max: 40 * MINUTE }),
  answer: fc.constantFrom('up', 'down', 'overloaded', 'flaky'),
  events: fc.integer({ min: 0, max: 30 }),
});

const outcomes: Readonly<Record<Phase['answer'], (count: number) => Outcome>> = {
  up: () => ({ kind: 'delivered', status: 202 }),
  down: () => retry('connect ECONNREFUSED'),
  overloaded: () => ({ ...retry('http 503', 503), afterMs: 20 * SECOND, pauseMs: 20 * SECOND }),
  flaky: (count) => (count % 3 === 0 ? retry('http 500', 500) : { kind: 'delivered', status: 202 }),
};

test('whatever a receiver went through: once it is back nobody waits longer than for a probe, and it is never crowded', async () => {
  const concurrency = fc.integer({ min: 1, max: 16 });
  const ordering = fc.constantFrom<SubscriptionTarget['ordering']>('none', 'container');
  await fc.assert(
    fc.asyncProperty(fc.array(phase, { minLength: 1, maxLength: 8 }), concurrency, ordering, happens),
    { numRuns: 25 },
  );
}, 60_000);

async function happens(
  phases: readonly Phase[],
  concurrency: number,
  ordering: SubscriptionTarget['ordering'],
): Promise<void> {
  const clock = createFakeClock();
  const { sender, sent, state } = createScripted(clock);
  const target = webhookTarget('http://receiver.test/', { concurrency, ordering });
  const delivery = startDelivery({ targets: [target], clock, senderOf: () => sender });
  let published = 0;
  for (const { lastsMs, answer, events } of phases) {
    let count = 0;
    state.answer = () => outcomes[answer](++count);
    const before = sent.length;
    const partition = (index: number) => ({ partitionKey: `container-${index % 7}` });
    delivery.publish(
      ...Array.from({ length: events }, () => newEvent(`evt_${published++}`, partition(published))),
    );
    await clock.advance(lastsMs);
    // What was let out before it was known, then a probe by the schedule: seven in nine minutes, one in four from there.
    if (answer === 'down')
      expect(sent.length - before).toBeLessThanOrEqual(WITNESSES + concurrency + 8 + lastsMs / (4 * MINUTE));
  }
  state.answer = () => outcomes.up(0);
  await clock.advance(LONGEST_WAIT_MS);
  expect(delivery.journal.waiting('bridge')).toBe(0);
  expect(delivery.journal.queues()).toEqual([]);
  expect(state.most).toBeLessThanOrEqual(concurrency);
  await delivery.dispatcher.stop({ drainMs: 0 });
}
