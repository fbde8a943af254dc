import fc from 'fast-check';
import type { ContainerEvent } from '../../../protocol/event/lifecycle-event.ts';
import { type Facts, told } from './container-events.ts';

/** Events of one container in the order in which they happened; some of them nobody told. */
export type History = readonly ContainerEvent[];

/** What a run does: which of its events are told, how they count, how long it lasts. */
const run = fc.record({
  gap: fc.nat({ max: 3 }),
  length: fc.integer({ min: 4, max: 9 }),
  told: fc.record({
    postStart: fc.boolean(),
    preStop: fc.boolean(),
    postStop: fc.boolean(),
    amended: fc.boolean(),
  }),
  failedHooks: fc.nat({ max: 2 }),
  /** The end is learned when the next run already counts. */
  late: fc.boolean(),
  journal: fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 6, maxLength: 6 }),
});
type Run = typeof run extends fc.Arbitrary<infer R> ? R : never;

/** Sequences are those of several watchers' journals: they say nothing. */
function eventsOf(container: string, index: number, startedAt: number, facts: Run): ContainerEvent[] {
  const { length, late, journal } = facts;
  const of = (at: number, nth: number, lifted = false): Facts => ({
    container,
    run: `${container}-run-${index}`,
    startedAt,
    at: startedAt + at,
    restartCount: lifted ? index + 1 : index,
    sequence: journal[nth] ?? 1,
  });
  const failed = Array.from({ length: facts.failedHooks }, (_, nth) =>
    told.hookFailed(of(1 + nth, 4 + nth), index * 10 + nth),
  );
  return [
    ...(facts.told.postStart ? [told.postStart(of(0, 0))] : []),
    ...failed,
    ...(facts.told.preStop ? [told.preStop(of(3, 1))] : []),
    ...(facts.told.postStop ? [told.postStop(of(length, 2, late), null)] : []),
    ...(facts.told.amended ? [told.amended(of(length, 3, late), 1)] : []),
  ];
}

/** Containers `c0`, `c1`, … with up to six runs each. */
export const histories: fc.Arbitrary<readonly History[]> = fc
  .array(fc.tuple(fc.boolean(), fc.array(run, { maxLength: 6 })), { minLength: 1, maxLength: 3 })
  .map((containers) =>
    containers.map(([announced, runs], number) => {
      const container = `c${number}`;
      let startedAt = 1;
      const events = runs.flatMap((facts, index) => {
        startedAt += facts.gap;
        const ofRun = eventsOf(container, index, startedAt, facts);
        // The next one starts after the end of this one, in another second.
        startedAt += facts.length + 1;
        return ofRun;
      });
      return [...(announced ? [told.preStart({ container })] : []), ...events];
    }),
  );

/** The events of all containers in any order, each once to three times. */
export function deliveriesOf(all: readonly History[]): fc.Arbitrary<readonly ContainerEvent[]> {
  const events = all.flat();
  return fc
    .array(fc.integer({ min: 1, max: 3 }), { minLength: events.length, maxLength: events.length })
    .chain((times) => {
      const repeated = events.flatMap((event, index) =>
        Array.from({ length: times[index] ?? 1 }, () => event),
      );
      return fc.shuffledSubarray(repeated, { minLength: repeated.length, maxLength: repeated.length });
    });
}
