import { describe, expect, it } from 'vitest';
import { at, running, terminated } from '../../support/pod-object.ts';
import { type Step, told } from './follow-steps.ts';

/* Whose end a Killing Event means: it names no run, comes when it comes, and has whole seconds of a clock that jumps. */

const [A, B] = ['containerd://a', 'containerd://b'];
const app = (state: Record<string, unknown>, containerID = '', restartCount = 0, lastState = {}) => ({
  containers: [{ state, containerID, restartCount, lastState }],
});
const killing = (lastSeconds: number, count = 1) => ({ reason: 'Killing', lastSeconds, count });
const deletion = { timestamp: at(600), grace: 30 };
const restart = (endedAt: number, startedAt: number) => ({
  watch: app(running(startedAt), B, 1, terminated(A, 137, 5, endedAt)),
});
const startOfB = ['postStop a recovered 137 Error', 'postStart b status'];

const table: readonly (readonly [string, readonly Step[], readonly string[]])[] = [
  [
    'of the second in which one run ended and the next began is about the one that ended; the next keeps its own preStop',
    [
      { watch: app(running(5), A) },
      restart(22, 22),
      { event: killing(22) },
      { watch: { ...app(running(22), B, 1), deletion } },
    ],
    ['postStart a status', ...startOfB, 'preStop b status podDeleted'],
  ],
  [
    'the same across a restart of the watcher',
    [
      { watch: app(running(5), A) },
      restart(22, 22),
      { restart: true },
      { event: killing(22) },
      { event: killing(30, 2) },
    ],
    ['postStart a status', ...startOfB, 'preStop b event killing'],
  ],
  [
    'that comes before the status shows the restart is about the run that is alive, and not again about the next',
    [
      { watch: app(running(5), A) },
      { event: killing(22) },
      restart(22, 22),
      { event: killing(22) },
      { event: killing(23, 2) },
    ],
    ['postStart a status', 'preStop a event killing', ...startOfB, 'preStop b event killing'],
  ],
  [
    'of the second in which a run began, whose predecessor had ended before, is about that run',
    [{ watch: app(running(5), A) }, restart(20, 22), { event: killing(22) }],
    ['postStart a status', ...startOfB, 'preStop b event killing'],
  ],
  [
    'of the life of a run whose clock was ahead of its successor’s is about the earlier one',
    [
      { watch: app(running(5), A) },
      restart(31, 2),
      { event: killing(30) },
      { watch: { ...app(running(2), B, 1), deletion } },
    ],
    ['postStart a status', ...startOfB, 'preStop b status podDeleted'],
  ],
  [
    'that was told of the earlier run, shown again on a clock that stepped back, is about nobody; the next one is',
    [
      { watch: app(running(5), A) },
      { event: killing(30) },
      restart(31, 2),
      { event: killing(30) },
      { event: killing(20, 2) },
    ],
    ['postStart a status', 'preStop a event killing', ...startOfB, 'preStop b event killing'],
  ],
  [
    'from a list, older than the end of an earlier run, is about that one, whatever the clocks say',
    [
      { watch: app(running(5), A) },
      { event: killing(30) },
      restart(31, 2),
      { event: killing(29, 9), listed: true },
    ],
    ['postStart a status', 'preStop a event killing', ...startOfB],
  ],
  [
    'of a run whose start nobody knows is about it when it comes live, and not from a list',
    [
      { watch: app({ running: { startedAt: '1970-01-01T00:00:00Z' } }, A) },
      { event: killing(30), listed: true },
      { event: killing(30) },
    ],
    ['postStart a status', 'preStop a event killing'],
  ],
  [
    'that tells microseconds is held against whole seconds',
    [
      { watch: app(running(5), A) },
      restart(22, 22),
      { event: { ...killing(22), lastTimestamp: '2026-01-01T00:00:22.734512Z' } },
      { event: { ...killing(22, 2), lastTimestamp: '2026-01-01T00:00:23.000001Z' } },
    ],
    ['postStart a status', ...startOfB, 'preStop b event killing'],
  ],
  [
    'without a time is about nobody',
    [{ watch: app(running(5), A) }, { event: { ...killing(30), lastTimestamp: null } }],
    ['postStart a status'],
  ],
];

describe('a Killing Event', () => {
  it.each(table)('%s', (_name, steps, expected) => {
    expect(told(steps)).toEqual(expected);
  });
});
