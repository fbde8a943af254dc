import { describe, expect, it } from 'vitest';
import { createNeighbourTally } from '../../../cli/dev/neighbour-tally.ts';
import { createStageReport } from '../../../cli/dev/stage-report.ts';
import type { TimelineEntry } from '../../../functions/timeline/timeline.ts';
import { systemClock } from '../../../settings/ambient/clock.ts';
import type { AttemptReport } from '../../../watcher/delivery/delivery-observer.ts';
import type { JournalledEvent } from '../../../watcher/ingest/lifecycle-journal.ts';
import { until } from '../../support/until.ts';

describe('the sums of the neighbours', () => {
  const START_MS = Date.parse('2026-11-22T14:00:00Z');

  it('come at most every 15 s, in the order of a life, and start anew', () => {
    const tally = createNeighbourTally(15_000);
    expect(tally.line(START_MS)).toBeNull();
    for (const hook of ['postStop', 'preStart', 'postStart', 'preStart']) tally.seen(hook);
    for (let count = 0; count < 3; count += 1) tally.delivered();
    for (let count = 0; count < 5; count += 1) tally.handled();
    expect(tally.line(START_MS + 14_999)).toBeNull();
    expect(tally.line(START_MS + 15_000)).toBe(
      '14:00:15.000  beside     2 preStart, 1 postStart, 1 postStop; 3 delivered, 5 handled',
    );
    expect(tally.line(START_MS + 30_000)).toBeNull();
    tally.handled();
    expect(tally.line(START_MS + 31_000)).toBe(
      '14:00:31.000  beside     no new event; 0 delivered, 1 handled',
    );
  });
});

describe('the progress beside neighbours', () => {
  it('tells of other Pods line by line, and of neighbours only what fails', async () => {
    const { lines, progress } = following([
      entryOf('evt_own', 'default', [{ handler: 'audit', outcome: 'completed', error: null }]),
      entryOf('evt_near', 'shop', [
        { handler: 'audit', outcome: 'completed', error: null },
        { handler: 'cleanup', outcome: 'failed', error: 'HTTP 500' },
      ]),
    ]);
    progress.onStored([stored('evt_own', 'default'), stored('evt_near', 'shop')]);
    progress.onAttempt(attempt('evt_own', 'delivered'));
    progress.onAttempt(attempt('evt_near', 'delivered'));
    progress.onAttempt(attempt('evt_near', 'retry'));
    const stop = progress.follow();
    await until('the runs are told', () => lines.length >= 5);
    await stop();
    expect(lines.map((line) => line.slice(14).replace(/ in \d+ ms.*/, ''))).toEqual([
      'seen       preStop     default/web/app               status, podDeleted',
      'delivered  preStop     default/web/app               202',
      'delivered  preStop     shop/web/app                  retry: http 500',
      'handled    preStop     default/web/app               audit',
      'handled    preStop     shop/web/app                  cleanup failed: HTTP 500',
    ]);
    expect(progress.handled('preStop', 'web')).toBe(true);
  });

  it('a neighbour of the same name does not end the story', async () => {
    let asked = 0;
    const { progress } = following(
      [entryOf('evt_near', 'shop', [{ handler: 'audit', outcome: 'completed', error: null }])],
      () => {
        asked += 1;
      },
    );
    const stop = progress.follow();
    await until('two looks', () => asked > 1);
    await stop();
    expect(progress.handled('preStop', 'web')).toBe(false);
  });
});

/** @param of what the trail has: runs that end right after it is first asked for, so after all that was told before. */
function following(of: readonly ((atMs: number) => TimelineEntry)[], onAsked = () => {}) {
  const lines: string[] = [];
  let entries: readonly TimelineEntry[] | null = null;
  const auditRows = async () => {
    onAsked();
    entries ??= of.map((entry) => entry(systemClock.nowMs()));
    return entries;
  };
  const progress = createStageReport({
    write: (line) => lines.push(line),
    receiver: { auditRows },
    clock: systemClock,
    colour: false,
    neighbours: ['shop', 'batch'],
  });
  return { lines, progress };
}

type Run = Pick<TimelineEntry['runs'][number], 'handler' | 'outcome' | 'error'>;

function entryOf(eventId: string, namespace: string, runs: readonly Run[]) {
  const facts = { eventId, namespace, pod: 'web', container: 'app', hook: 'preStop', receivedAtMs: 0 };
  return (atMs: number): TimelineEntry => {
    const finishedAtMs = atMs + 20;
    const times = { startedAtMs: finishedAtMs, finishedAtMs, attempt: 1 };
    return { ...facts, runs: runs.map((run) => ({ ...run, ...times })) } as unknown as TimelineEntry;
  };
}

function stored(id: string, namespace: string): JournalledEvent {
  const data = { observation: 'status', stop: { trigger: 'podDeleted' } };
  const body = new TextEncoder().encode(JSON.stringify({ subject: `${namespace}/web/app`, data }));
  return { event: { id, hook: 'preStop' }, sequence: 1, body } as unknown as JournalledEvent;
}

function attempt(eventId: string, outcome: 'delivered' | 'retry'): AttemptReport {
  const reason = outcome === 'retry' ? 'http 500' : null;
  return { eventId, outcome, reason, status: 202, durationMs: 1, attempt: 1 } as AttemptReport;
}
