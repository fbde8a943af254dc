import { describe, expect, it } from 'vitest';
import { createNeighbourTally } from '../../../cli/dev/neighbour-tally.ts';
import { createStageReport } from '../../../cli/dev/stage-report.ts';
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
    const { lines, progress } = following();
    progress.onStored([stored('evt_own', 'default'), stored('evt_near', 'shop')]);
    progress.onAttempt(attempt('evt_own', 'delivered'));
    progress.onAttempt(attempt('evt_near', 'delivered'));
    progress.onAttempt(attempt('evt_near', 'retry'));
    const stop = progress.follow(async () => {});
    progress.onLog(handled('evt_own', 'audit'));
    progress.onLog(handled('evt_near', 'audit'));
    progress.onLog(handled('evt_near', 'cleanup', 'HTTP 500'));
    // Of another Worker, of a handler that writes what it likes, and of an event that nobody saw.
    for (const line of ['{}', 'handled', '{"msg":"handled"}', handled('evt_other', 'audit')])
      progress.onLog(line);
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
    const { progress } = following();
    progress.onStored([stored('evt_near', 'shop')]);
    progress.onLog(handled('evt_near', 'audit'));
    await progress.follow(async () => {})();
    expect(progress.handled('preStop', 'web')).toBe(false);
  });
});

function following() {
  const lines: string[] = [];
  const progress = createStageReport({
    write: (line) => lines.push(line),
    clock: systemClock,
    colour: false,
    neighbours: ['shop', 'batch'],
  });
  return { lines, progress };
}

/** What the functions log of a run. */
function handled(eventId: string, handler: string, error?: string): string {
  const about = { eventId, hook: 'preStop', namespace: 'default', pod: 'web', container: 'app', handler };
  const end = error === undefined ? { outcome: 'completed' } : { outcome: 'failed', error };
  const msg = error === undefined ? 'handled' : 'handler failed';
  return JSON.stringify({ level: 'info', msg, ...about, attempt: 1, durationMs: 3, ...end });
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
