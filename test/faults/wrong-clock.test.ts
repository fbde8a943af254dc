import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { measureClockSkew } from '../../watcher/delivery/send/clock-skew.ts';
import { temporaryDirectory } from '../support/journal-directory.ts';
import { startStopwatch } from '../support/stopwatch.ts';
import { eventually } from './support/eventually.ts';
import { startHandlingReceiver } from './support/handling-receiver.ts';
import { openJournalFile } from './support/journal-file.ts';
import { createWatchedCluster, ids, podManifest } from './support/watched-cluster.ts';

const PRELOAD = new URL('./support/shifted-clock.ts', import.meta.url).href;
const MINUTE_MS = 60_000;

/** A wall clock for a watcher that the test can set. */
function createWallClock(offsetMs: number) {
  const file = join(temporaryDirectory(), 'offset');
  const set = (ms: number) => writeFileSync(file, String(ms));
  set(offsetMs);
  return { set, env: { NODE_OPTIONS: `--import=${PRELOAD}`, CLOCK_OFFSET_FILE: file } };
}

test('with its clock ten minutes ahead, the watcher says so, keeps the events, and delivers them once it is right', {
  timeout: 180_000,
}, async () => {
  const wall = createWallClock(10 * MINUTE_MS);
  const functions = await startHandlingReceiver();
  const { cluster, journal, startReady } = await createWatchedCluster({
    receiverUrl: functions.url,
    env: wall.env,
  });
  const watcher = await startReady();
  cluster.applyManifest(podManifest('web'));
  const [, skew] = await watcher.says(/"reason":"http 400 timestamp_too_new"[^\n]*"clockSkewMs":(\d+)/);
  expect(Math.abs(Number(skew) - 10 * MINUTE_MS)).toBeLessThan(MINUTE_MS);
  expect(functions.handled).toEqual([]);

  wall.set(0);
  await eventually('both events', () => functions.handled.length === 2);
  const stored = openJournalFile(journal).rows('SELECT id FROM event ORDER BY sequence');
  expect(functions.handled.toSorted()).toEqual(stored.map(({ id }) => id).toSorted());
});

test.each([
  ['back', -60 * MINUTE_MS],
  ['forward', 60 * MINUTE_MS],
])(
  'a wall clock set %s an hour between attempts makes them neither stall nor burst',
  { timeout: 180_000 },
  async (_, stepMs) => {
    const wall = createWallClock(0);
    // The schedule of the configuration, ±20 %.
    const scheduleMs = [200, 200, 500];
    const { cluster, tap, startReady } = await createWatchedCluster({
      env: wall.env,
      subscription: ['hooks: [preStart]'],
    });
    const at: number[] = [];
    const unhurriedAt: number[] = [];
    const elapsedMs = startStopwatch();
    tap.answer((response) => {
      at.push(performance.now());
      unhurriedAt.push(elapsedMs());
      if (at.length === 2) wall.set(stepMs);
      response.writeHead(at.length < 4 ? 500 : 202).end();
    });
    await startReady();
    cluster.applyManifest(podManifest('web'));
    await tap.received(4);
    const between = (times: readonly number[], index: number) =>
      (times[index + 1] ?? 0) - (times[index] ?? 0);
    for (const [index, planned] of scheduleMs.entries()) {
      expect(between(at, index)).toBeGreaterThan(planned * 0.8 - 20);
      expect(between(unhurriedAt, index)).toBeLessThan(planned * 1.2 + 1_500);
    }
    expect(new Set(ids(tap.requests)).size).toBe(1);
    const [before, after] = [tap.requests[1], tap.requests[3]].map((request) =>
      Number(request?.headers['webhook-timestamp']),
    );
    expect(Math.round(((after ?? 0) - (before ?? 0)) / 60)).toBe(stepMs / MINUTE_MS);
  },
);

test.each<[string, number, string | null, number | null]>([
  ['ahead', 400, 'Thu, 01 Jan 2026 00:00:00 GMT', 10 * MINUTE_MS],
  ['behind', 401, 'Thu, 01 Jan 2026 00:20:00 GMT', -10 * MINUTE_MS],
  ['right within what a Date can tell', 400, 'Thu, 01 Jan 2026 00:09:31 GMT', null],
  [
    'not to blame for an answer that is no refusal of a timestamp',
    500,
    'Thu, 01 Jan 2026 00:00:00 GMT',
    null,
  ],
  ['unknown without a Date', 400, null, null],
  ['unknown with a Date that is none', 400, '1767225600', null],
])('by the Date of an answer a clock is %s', (_, status, date, expected) => {
  expect(measureClockSkew(status, date, Date.UTC(2026, 0, 1, 0, 10))).toBe(expected);
});
