import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createIntakePace } from '../../../../functions/platforms/node/queue/intake-pace.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';

/** Two slots, so eight events may wait before anything is known of the handlers. */
function setUp() {
  const clock = createFakeClock();
  let unhandled = 0;
  const pace = createIntakePace({
    unhandled: () => unhandled,
    concurrency: 2,
    clock,
  });
  const taken: number[] = [];
  const arrive = (index: number) =>
    pace.turn().then(() => {
      unhandled += 1;
      taken.push(index);
    });
  const settle = async (count: number) => {
    for (let one = 0; one < count; one += 1) {
      unhandled -= 1;
      pace.settled();
      await turn();
    }
  };
  return { clock, taken, arrive, settle, unhandled: () => unhandled };
}

describe('what comes in', () => {
  it('is taken at once while handlers keep up', async () => {
    const { taken, arrive, settle } = setUp();
    for (let index = 0; index < 50; index += 1) {
      await arrive(index);
      await settle(1);
    }
    expect(taken).toHaveLength(50);
  });

  it('is taken one for each that is done when they do not, in the order in which it came', async () => {
    const { taken, arrive, settle, unhandled } = setUp();
    const arrivals = Array.from({ length: 40 }, (_, index) => arrive(index));
    await turn();
    expect(taken).toHaveLength(8);
    for (let done = 1; done <= 12; done += 1) {
      await settle(1);
      expect(taken).toHaveLength(8 + done);
      expect(unhandled()).toBe(8);
    }
    expect(taken).toEqual(Array.from({ length: 20 }, (_, index) => index));
    await settle(20);
    await Promise.all(arrivals);
  });

  it('may be as much as handlers do in half a second', async () => {
    const { clock, taken, arrive, settle } = setUp();
    for (let index = 0; index < 200; index += 1) {
      await arrive(index);
      await settle(1);
    }
    await clock.advance(1_000);
    void Promise.all(Array.from({ length: 300 }, (_, index) => arrive(index)));
    await turn();
    expect(taken.length - 200).toBeGreaterThan(50);
    expect(taken.length - 200).toBeLessThanOrEqual(100);
  });

  it('waits half a second at most: slow handlers do not close the door', async () => {
    const { clock, taken, arrive } = setUp();
    void Promise.all(Array.from({ length: 20 }, (_, index) => arrive(index)));
    await clock.advance(499);
    expect(taken).toHaveLength(8);
    await clock.advance(1);
    expect(taken).toHaveLength(20);
  });
});
