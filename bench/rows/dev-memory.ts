import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Figure } from '../figure.ts';
import { residentMemory } from './resident-memory.ts';
import type { RowContext } from './row-context.ts';

const ROOT = join(import.meta.dirname, '../..');
/** By then all that is only needed for the start has been done once. */
const WARM_UP_MS = 120_000;
/** Memory is collected now and then: one look could be just before or just after. */
const LOOKS = 7;
const LOOK_EVERY_MS = 5_000;
const MOST_GROWTH = 110;
const AIM_GROWTH = 105;

/** What each process of `offhook dev` holds after `--seconds`, beside what it held after two minutes. */
export async function devMemory({ seconds, scratchDirectory }: RowContext): Promise<readonly Figure[]> {
  if (seconds * 1000 <= WARM_UP_MS) throw new Error('the row "dev" wants --seconds above 120, such as 1800');
  const { PATH, HOME } = process.env;
  const dev = spawn(process.execPath, [join(ROOT, 'bin/offhook.js'), 'dev', '--port', '0'], {
    env: { PATH, HOME, TMPDIR: scratchDirectory() },
    stdio: 'ignore',
  });
  const ended = once(dev, 'exit');
  try {
    await setTimeout(WARM_UP_MS);
    const before = await look(dev);
    await setTimeout(Math.max(0, seconds * 1000 - WARM_UP_MS));
    const after = await look(dev);
    return [...after].map(([name, residentMiB]) => figure(name, residentMiB, before.get(name), seconds));
  } finally {
    dev.kill('SIGINT');
    await ended;
  }
}

function figure(name: string, residentMiB: number, beforeMiB: number | undefined, seconds: number): Figure {
  const minutes = (seconds / 60).toFixed(0);
  return {
    what: `memory, offhook dev, ${name}, after ${minutes} minutes`,
    measured: `${residentMiB.toFixed(0)} MiB`,
    floor:
      beforeMiB === undefined ? 'nothing after 2 minutes' : `${beforeMiB.toFixed(0)} MiB after 2 minutes`,
    value: (residentMiB / (beforeMiB ?? 0)) * 100,
    unit: '%',
    required: { atMost: MOST_GROWTH },
    aim: { atMost: AIM_GROWTH },
  };
}

/** The least that each process held in half a minute, in MiB, by its name. */
async function look(dev: ChildProcess): Promise<ReadonlyMap<string, number>> {
  const least = new Map<string, number>();
  for (let times = 0; times < LOOKS; times += 1) {
    if (dev.exitCode !== null) throw new Error(`offhook dev ended with ${dev.exitCode}`);
    for (const pid of familyOf(dev.pid ?? 0)) {
      const name = pid === dev.pid ? 'node' : readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
      least.set(name, Math.min(least.get(name) ?? Number.POSITIVE_INFINITY, residentMemory(pid).residentMiB));
    }
    await setTimeout(LOOK_EVERY_MS);
  }
  return least;
}

/** A process and all that it started. */
function familyOf(root: number): readonly number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => parentOf(Number(name)));
  const family = [root];
  // Grows while it is gone through.
  for (const member of family)
    family.push(...parents.filter(({ parent }) => parent === member).map(({ pid }) => pid));
  return family;
}

function parentOf(pid: number): readonly { readonly pid: number; readonly parent: number }[] {
  try {
    const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return [{ pid, parent: Number(parent) }];
  } catch {
    // Gone meanwhile.
    return [];
  }
}
