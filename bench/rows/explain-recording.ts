import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Figure, median } from '../figure.ts';
import { line, podRenderer, stateOf } from '../pods/watch-bytes.ts';
import { packOffhook } from './packed-offhook.ts';
import { highWaterMark } from './resident-memory.ts';
import type { RowContext } from './row-context.ts';

const RECORDING_BYTES = 500e6;
const PODS = 1_000;
const LEAST_SHARE = 60;
const AIM_SHARE = 80;
const MOST_MIB = 200;
const LOOK_MS = 50;

/** Half a gigabyte of a recorded watch, explained by the packed command, beside a process that parses its lines. */
export async function explainedRecording({
  scratchDirectory,
  rounds,
}: RowContext): Promise<readonly Figure[]> {
  const directory = scratchDirectory();
  const { bin } = await packOffhook(directory);
  const file = join(directory, 'recorded.ndjson');
  const events = writeRecording(file);
  const parse = fileURLToPath(new URL('./parse-lines-process.ts', import.meta.url));
  const runs: { readonly floor: Run; readonly explain: Run }[] = [];
  for (let round = 0; round < rounds; round += 1)
    runs.push({ floor: await run([parse, file]), explain: await run([bin, 'explain', file]) });
  const floorMs = median(runs.map(({ floor }) => floor.ms));
  const ms = median(runs.map(({ explain }) => explain.ms));
  const peakMiB = Math.max(...runs.map(({ explain }) => explain.peakMiB));
  const floorMiB = Math.max(...runs.map(({ floor }) => floor.peakMiB));
  const what = `explain, 500 MB recorded (${events.toLocaleString('en-US')} changes)`;
  return [
    {
      what,
      measured: `${ms.toFixed(0)} ms`,
      floor: `${floorMs.toFixed(0)} ms lines parsed`,
      value: (floorMs / ms) * 100,
      unit: '%',
      required: { atLeast: LEAST_SHARE },
      aim: { atLeast: AIM_SHARE },
    },
    {
      what: `${what}: peak memory`,
      measured: `${peakMiB.toFixed(0)} MiB`,
      floor: `${floorMiB.toFixed(0)} MiB lines parsed`,
      value: peakMiB,
      unit: 'MiB',
      required: { atMost: MOST_MIB },
      aim: null,
    },
  ];
}

/** Of half of the Pods each change is a transition, of the others none is. @returns how many changes it holds. */
function writeRecording(file: string): number {
  const render = podRenderer();
  const descriptor = openSync(file, 'w');
  let events = 0;
  for (let bytes = 0; bytes < RECORDING_BYTES; events += 1) {
    const index = events % PODS;
    const round = Math.floor(events / PODS) - 1;
    const story = index % 2 === 0 ? 'quiet' : 'transitions';
    bytes += writeSync(
      descriptor,
      line(round < 0 ? 'ADDED' : 'MODIFIED', render(stateOf(story, index, round, events + 1))),
    );
  }
  closeSync(descriptor);
  return events;
}

type Run = { readonly ms: number; readonly peakMiB: number };

async function run(args: readonly string[]): Promise<Run> {
  const startMs = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  let peakMiB = 0;
  const looking = setInterval(() => {
    peakMiB = highWaterMark(child.pid ?? 0) ?? peakMiB;
  }, LOOK_MS);
  const [code] = await once(child, 'exit');
  clearInterval(looking);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
  return { ms: performance.now() - startMs, peakMiB };
}
