import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Figure, median } from '../figure.ts';
import { line, podRenderer, stateOf } from '../pods/watch-bytes.ts';
import { packOffhook } from './packed-offhook.ts';
import type { RowContext } from './row-context.ts';

const MOST_MS = 60;
const AIM_MS = 30;
/** Starts differ by tens of milliseconds, so more of them count than of what takes long. */
const STARTS_A_ROUND = 8;

/** How long a short command takes from its start to its end, beside Node that does nothing, one after the other. */
export async function commandStarts({ scratchDirectory, rounds }: RowContext): Promise<readonly Figure[]> {
  const directory = scratchDirectory();
  const { bin } = await packOffhook(directory);
  const recorded = join(directory, 'recorded.ndjson');
  writeFileSync(recorded, recording());
  const commands = [
    ['-e', '0'],
    [bin, '--help'],
    [bin, 'explain', recorded],
  ];
  const runs: number[][] = [];
  for (let round = 0; round <= rounds * STARTS_A_ROUND; round += 1) {
    const times = commands.map(timeOf);
    // The first one warms the files up.
    if (round > 0) runs.push(times);
  }
  const bareMs = median(runs.map(([bare = Number.NaN]) => bare));
  return ['--help', 'explain FILE'].map((command, at) => {
    const ms = median(runs.map((times) => times[at + 1] ?? Number.NaN));
    return {
      what: `start, offhook ${command}`,
      measured: `${ms.toFixed(0)} ms`,
      floor: `${bareMs.toFixed(0)} ms node -e 0; judged is what is above`,
      value: ms - bareMs,
      unit: 'ms',
      required: { atMost: MOST_MS },
      aim: { atMost: AIM_MS },
    };
  });
}

/** A container that starts and ends. */
function recording(): string {
  const render = podRenderer();
  return [-1, 0, 1]
    .map((run, at) => line(at === 0 ? 'ADDED' : 'MODIFIED', render(stateOf('transitions', 0, run, at + 1))))
    .join('');
}

function timeOf(args: readonly string[]): number {
  const startMs = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const ms = performance.now() - startMs;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return ms;
}
