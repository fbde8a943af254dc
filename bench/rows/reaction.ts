import { type Figure, quantile } from '../figure.ts';
import { startOutside } from '../outside/outside-process.ts';
import { startBenchWatcher } from './bench-watcher.ts';
import type { RowContext } from './row-context.ts';

/** A watcher that runs for a day has compiled what it does; the first seconds have not. */
const WARM_UP = { events: 5_000, everyMs: 2 };
const MEASURED = { events: 1_000, everyMs: 10 };

/** From writing a change to the watch until the request about it has arrived whole, at 100 changes a second. */
export async function reaction({ scratchDirectory }: RowContext): Promise<readonly Figure[]> {
  const cluster = await startOutside('./cluster-process.ts', '200');
  const watcher = await startBenchWatcher({
    api: String(cluster.ready.api),
    receiver: String(cluster.ready.receiver),
    directory: scratchDirectory(),
  });
  await watcher.listed();
  await cluster.ask(WARM_UP);
  const { latenciesMs } = (await cluster.ask(MEASURED)) as {
    readonly latenciesMs: readonly number[];
  };
  await watcher.stop();
  await cluster.stop();
  if (latenciesMs.length !== MEASURED.events) throw new Error(`${latenciesMs.length} requests came`);
  const half = quantile(latenciesMs, 0.5);
  const most = quantile(latenciesMs, 0.99);
  const what = 'watch bytes to request on the wire, 100 events/s';
  const shared = { floor: '', unit: 'ms' as const };
  return [
    {
      ...shared,
      what: `${what}, p50`,
      measured: `${half.toFixed(2)} ms`,
      value: half,
      required: { atMost: 1.5 },
      aim: { atMost: 1 },
    },
    {
      ...shared,
      what: `${what}, p99`,
      measured: `${most.toFixed(2)} ms`,
      value: most,
      required: { atMost: 5 },
      aim: null,
    },
  ];
}
