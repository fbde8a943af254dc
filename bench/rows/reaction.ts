import { type Figure, quantile } from '../figure.ts';
import { startOutside } from '../outside/outside-process.ts';
import { startBareReaction } from './bare-reaction.ts';
import { startBenchWatcher } from './bench-watcher.ts';
import type { RowContext } from './row-context.ts';

/** A watcher that runs for a day has compiled what it does; the first seconds have not. */
const WARM_UP = { events: 5_000, everyMs: 2 };
const MEASURED = { events: 1_000, everyMs: 10 };

type Part = { stop(): Promise<void> };
type Start = (options: {
  readonly api: string;
  readonly receiver: string;
  readonly directory: string;
}) => Promise<Part>;

/** From writing a change to the watch until the request about it has arrived whole, at 100 changes a second. */
export async function reaction({ scratchDirectory }: RowContext): Promise<readonly Figure[]> {
  const bare = await latencies(startBareReaction, scratchDirectory());
  const watcher = await latencies(startListed, scratchDirectory());
  const what = 'watch bytes to request on the wire, 100 events/s';
  const figure = (part: number, required: number, aim: number | null): Figure => {
    const [measured, floor] = [quantile(watcher, part), quantile(bare, part)];
    return {
      what: `${what}, p${100 * part}`,
      measured: `${measured.toFixed(2)} ms`,
      floor: `${floor.toFixed(2)} ms a line parsed, a page synced, a bare Pool`,
      value: measured,
      unit: 'ms',
      required: { atMost: required },
      aim: aim === null ? null : { atMost: aim },
    };
  };
  return [figure(0.5, 1.5, 1), figure(0.99, 5, null)];
}

const startListed: Start = async (options) => {
  const watcher = await startBenchWatcher(options);
  await watcher.listed();
  return watcher;
};

async function latencies(start: Start, directory: string): Promise<readonly number[]> {
  const cluster = await startOutside('./cluster-process.ts', '200');
  const [api, receiver] = [String(cluster.ready.api), String(cluster.ready.receiver)];
  const part = await start({ api, receiver, directory });
  await cluster.ask(WARM_UP);
  const { latenciesMs } = (await cluster.ask(MEASURED)) as { readonly latenciesMs: readonly number[] };
  await part.stop();
  await cluster.stop();
  if (latenciesMs.length !== MEASURED.events) throw new Error(`${latenciesMs.length} requests came`);
  return latenciesMs;
}
