import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Figure } from '../figure.ts';
import { type OutsideProcess, startOutside } from '../outside/outside-process.ts';
import { watcherConfigText } from './bench-watcher.ts';
import { type PackedOffhook, packOffhook } from './packed-offhook.ts';
import { highestMemory, type ResidentMemory, residentMemory } from './resident-memory.ts';
import { type RowContext, SIGNING_SECRET } from './row-context.ts';

const PODS = 100;
/** Twenty changes a second. */
const EVERY_MS = 50;
const BURST = 2_000;
/** The list is stored, and what was only needed for the start can be given back. */
const SETTLE_MS = 5_000;
/** For all deliveries of a burst to arrive. */
const DRAIN_MS = 60_000;

const BOUNDS = {
  idle: { required: 35, aim: 20 },
  changes: { required: 60, aim: 40 },
  burst: { required: 110, aim: 70 },
};

/**
 * Memory of `offhook watch` as the image runs it, beside the same Node with the same flags that printed one line and
 * waits: idle with 100 Pods, while 20 transitions come a second, and in a burst.
 */
export async function watcherMemory({ scratchDirectory, seconds }: RowContext): Promise<readonly Figure[]> {
  const directory = scratchDirectory();
  const packed = await packOffhook(directory);
  const cluster = await startOutside('./cluster-process.ts', String(PODS));
  const floor = await runUntilLine(spawnNode(packed, [...packed.flags, '-e', WAITS]), measureIdle);
  const watch = spawnNode(packed, watchCommandLine(packed, cluster, directory));
  const [idle, changes, burst] = await runUntilLine(watch, async (pid) => [
    await measureIdle(pid),
    await highestMemory(pid, cluster.ask({ events: seconds * (1000 / EVERY_MS), everyMs: EVERY_MS })),
    await highestMemory(pid, burstOf(cluster)),
  ]);
  await cluster.stop();
  return [
    figure('idle', idle, floor),
    figure('changes', changes, floor, ` for ${seconds} s, the highest`),
    figure('burst', burst, floor),
  ];
}

const WAITS = 'console.error("ready"); setInterval(() => {}, 60_000);';

const WHAT = {
  idle: `memory, idle with ${PODS} Pods`,
  changes: `memory, ${1000 / EVERY_MS} transitions a second`,
  burst: `memory, the highest in a burst of ${BURST.toLocaleString('en-US')}`,
};

function figure(
  what: keyof typeof WHAT,
  { residentMiB, anonymousMiB }: ResidentMemory,
  floor: ResidentMemory,
  how = '',
): Figure {
  const { required, aim } = BOUNDS[what];
  return {
    what: `${WHAT[what]}${how}`,
    measured: `${Math.round(residentMiB)} MiB (${Math.round(anonymousMiB)} anonymous)`,
    floor: `${Math.round(floor.residentMiB)} MiB (${Math.round(floor.anonymousMiB)}) Node that waits; judged is what is above`,
    value: residentMiB - floor.residentMiB,
    unit: 'MiB',
    required: { atMost: required },
    aim: { atMost: aim },
  };
}

async function measureIdle(pid: number): Promise<ResidentMemory> {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  return residentMemory(pid);
}

/** All at once: as fast as the socket takes them. */
async function burstOf(cluster: OutsideProcess): Promise<void> {
  const { latenciesMs } = await cluster.ask({ events: BURST, everyMs: 0, mostMs: DRAIN_MS });
  const arrived = (latenciesMs as readonly number[]).length;
  if (arrived < BURST) throw new Error(`${arrived} of ${BURST} deliveries of the burst came in time`);
}

function watchCommandLine(
  { bin, flags }: PackedOffhook,
  { ready: { api, receiver } }: OutsideProcess,
  directory: string,
): readonly string[] {
  const dataDir = join(directory, 'data');
  mkdirSync(dataDir);
  const config = join(directory, 'offhook.yaml');
  writeFileSync(config, watcherConfigText({ receiver: String(receiver), directory: dataDir }));
  return [...flags, bin, 'watch', '--config', config, '--server', String(api)];
}

function spawnNode({ env }: PackedOffhook, args: readonly string[]): ChildProcess {
  const { PATH, HOME } = process.env;
  return spawn(process.execPath, args, {
    env: { PATH, HOME, ...env, SIGNING_SECRET },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/** Measures a process from its first line on standard error on, and ends it. */
async function runUntilLine<Result>(
  child: ChildProcess,
  measure: (pid: number) => Promise<Result>,
): Promise<Result> {
  const ended = once(child, 'exit');
  if (child.stderr === null || child.pid === undefined) throw new Error('no process could be started');
  try {
    await Promise.race([
      once(createInterface(child.stderr), 'line'),
      ended.then(() => Promise.reject(new Error('it ended before it said anything'))),
    ]);
    return await measure(child.pid);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}
