import { type Figure, median } from '../figure.ts';
import { startOutside, startOutsideAs } from '../outside/outside-process.ts';
import { bundleStart } from './bundle-start.ts';
import { imageStart } from './image-start.ts';
import type { RowContext } from './row-context.ts';

const SIZES = [
  { pods: 10_000, rounds: 3, mostMiB: 170, aimMiB: 150 },
  { pods: 50_000, rounds: 1, mostMiB: 360, aimMiB: 300 },
];

type Size = (typeof SIZES)[number];
type Start = {
  readonly ms: number;
  readonly longestBlockMs: number;
  readonly peakMiB: number;
};

/**
 * The first start on a cluster, until the whole list is stored: as a stream, and in pages from an older server. Watcher and
 * floor run with the flags of the image.
 */
export async function starts(context: RowContext): Promise<readonly Figure[]> {
  const module = await bundleStart(context.scratchDirectory());
  const figures: Figure[] = [];
  for (const size of SIZES) {
    for (const lists of ['stream', 'pages'] as const) {
      figures.push(...(await startsOf(size, { lists, module }, context)));
    }
  }
  return figures;
}

async function startsOf(
  { pods, rounds, mostMiB, aimMiB }: Size,
  { lists, module }: { readonly lists: 'stream' | 'pages'; readonly module: string },
  { scratchDirectory }: RowContext,
): Promise<readonly Figure[]> {
  const cluster = await startOutside('./cluster-process.ts', String(pods), lists);
  const api = String(cluster.ready.api);
  const runs: { readonly parse: Start; readonly watcher: Start }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const parse = await startOnce(module, 'parse', api, '');
    runs.push({ parse, watcher: await startOnce(module, 'watcher', api, scratchDirectory()) });
  }
  await cluster.stop();
  const of = (read: (run: (typeof runs)[number]) => number) => median(runs.map(read));
  const peakMiB = of(({ watcher }) => watcher.peakMiB);
  const blockMs = of(({ watcher }) => watcher.longestBlockMs);
  const what = `start with ${pods.toLocaleString('en-US')} Pods, ${lists === 'stream' ? 'streamed' : 'paged'}`;
  return [
    {
      what: `${what}: time`,
      measured: `${Math.round(of(({ watcher }) => watcher.ms))} ms`,
      floor: `${Math.round(of(({ parse }) => parse.ms))} ms pages parsed`,
      value: of(({ parse, watcher }) => watcher.ms / parse.ms),
      unit: 'x',
      required: { atMost: 1.5 },
      aim: null,
    },
    {
      what: `${what}: peak memory`,
      measured: `${Math.round(peakMiB)} MiB`,
      floor: `${Math.round(of(({ parse }) => parse.peakMiB))} MiB pages parsed`,
      value: peakMiB,
      unit: 'MiB',
      required: { atMost: mostMiB },
      aim: { atMost: aimMiB },
    },
    {
      what: `${what}: longest block`,
      measured: `${blockMs.toFixed(0)} ms`,
      floor: `${of(({ parse }) => parse.longestBlockMs).toFixed(0)} ms pages parsed`,
      value: blockMs,
      unit: 'ms',
      required: { atMost: 50 },
      aim: { atMost: 30 },
    },
  ];
}

async function startOnce(module: string, ...args: readonly string[]): Promise<Start> {
  const run = await startOutsideAs(imageStart(), module, ...args);
  await run.stop();
  return run.ready as Start;
}
