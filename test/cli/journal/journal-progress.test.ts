import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { CommandIo } from '../../../cli/command/command-io.ts';
import { followReplay } from '../../../cli/journal/follow-replay.ts';
import { confirm } from '../../../cli/terminal/confirm.ts';
import { createProgress } from '../../../cli/terminal/progress.ts';
import type { DeliveryState } from '../../../watcher/journal/records/event-list.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

function output(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, written, write: (text: string) => void written.push(text) };
}

describe('progress', () => {
  it('redraws a bar on a terminal and ends its line', () => {
    const out = output(true);
    const progress = createProgress(out, 'sent');
    progress.show(0, 4);
    progress.show(2, 4, '1 delivered, 1 given up again');
    progress.show(4, 4);
    progress.end();
    const full = '#'.repeat(30);
    expect(out.written).toEqual([
      `\r\x1b[K[${'-'.repeat(30)}] sent 0 of 4`,
      `\r\x1b[K[${'#'.repeat(15)}${'-'.repeat(15)}] sent 2 of 4 (1 delivered, 1 given up again)`,
      `\r\x1b[K[${full}] sent 4 of 4`,
      '\n',
    ]);
  });

  it('writes a plain line for each tenth elsewhere, and always the last', () => {
    const out = output(false);
    const progress = createProgress(out, 'sent');
    for (let done = 0; done <= 105; done++) progress.show(done, 105);
    progress.end();
    expect(out.written).toHaveLength(11);
    expect(out.written.at(-1)).toBe('sent 105 of 105\n');
    expect(out.written.join('')).not.toContain('\x1b');
  });
});

describe('looking on at a replay', () => {
  const deliveries = [1, 2, 3].map((sequence) => ({ sequence, subscription: 'tap' }));

  function follow(states: Record<number, DeliveryState | null>, deadlineMs = 60_000) {
    const clock = createFakeClock();
    const stop = new AbortController();
    const replay = { stateOf: ({ sequence }: { sequence: number }) => states[sequence] ?? null };
    const progress = { show: () => {}, end: () => {} };
    const outcome = followReplay(deliveries, { replay, progress, clock, deadlineMs, stop: stop.signal });
    return { clock, stop, outcome };
  }

  it('goes on until everything is delivered, given up, or removed', async () => {
    const states: Record<number, DeliveryState | null> = { 1: 'delivered', 2: 'pending', 3: null };
    const { clock, outcome } = follow(states);
    await clock.advance(1_000);
    expect(clock.pending()).toHaveLength(1);
    states[2] = 'dead';
    await clock.advance(200);
    expect(await outcome).toEqual({ delivered: 1, dead: 1, removed: 1, pending: 0 });
    expect(clock.pending()).toEqual([]);
  });

  it('ends at its deadline, and at once when it is told to', async () => {
    const late = follow({ 1: 'pending', 2: 'pending', 3: 'pending' }, 5_000);
    await late.clock.advance(5_000);
    expect(await late.outcome).toMatchObject({ pending: 3 });
    const stopped = follow({ 1: 'pending', 2: 'delivered', 3: 'pending' });
    stopped.stop.abort();
    expect(await stopped.outcome).toMatchObject({ delivered: 1, pending: 2 });
    expect(stopped.clock.pending()).toEqual([]);
  });
});

describe('asking before removing', () => {
  const asked = (answer: string) => {
    const stderr = output(true);
    const stdin = Object.assign(Readable.from([Buffer.from(answer)]), { isTTY: true });
    const io = { stdin, stderr, stdout: stderr, env: {}, stop: new AbortController().signal };
    return confirm('Remove 3 dead letters?', io satisfies CommandIo, 'removes');
  };

  it.each([
    ['y\n', true],
    ['YES\n', true],
    ['\n', false],
    ['n\n', false],
    ['yellow\n', false],
    ['', false],
  ])('%j is %s', async (answer, meant) => {
    expect(await asked(answer)).toBe(meant);
  });
});
