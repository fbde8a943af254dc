import { fileURLToPath } from 'node:url';
import { startInWorkerd } from '../../functions/platforms/cloudflare/local/miniflare.ts';
import { type Figure, median, perSecond } from '../figure.ts';
import { postDeliveries } from './post-deliveries.ts';
import { type RowContext, SIGNING_SECRET } from './row-context.ts';
import { signedDeliveries } from './signed-deliveries.ts';

const WORKER = fileURLToPath(new URL('../outside/intake-worker.ts', import.meta.url));
const LOAD = { connections: 16, loadMs: 2_000 };
const WARM_UP = { connections: 16, loadMs: 500 };
const EVENTS = 60_000;

/** As many signed deliveries as the Worker takes in workerd, beside a Worker that puts what it reads into the queue. */
export async function workerIntake({ rounds, scratchDirectory }: RowContext): Promise<readonly Figure[]> {
  const deliveries = (await signedDeliveries(EVENTS)).values();
  const ratios: { taken: number; floor: number }[] = [];
  const receiver = await startInWorkerd({
    port: 0,
    secrets: [SIGNING_SECRET],
    entryFile: WORKER,
    persistDir: scratchDirectory(),
  });
  const at = (path: string) => ({
    post: (load: typeof LOAD) => postDeliveries(receiver.url + path, deliveries, load),
  });
  const [floor, events] = [at('/floor'), at('/events')];
  try {
    for (const one of [floor, events]) await one.post(WARM_UP);
    for (let round = 0; round < rounds; round += 1) {
      ratios.push({ floor: await floor.post(LOAD), taken: await events.post(LOAD) });
    }
  } finally {
    await receiver.dispose();
  }
  const medianOf = (read: (ratio: (typeof ratios)[number]) => number) => median(ratios.map(read));
  return [
    {
      what: `Worker in workerd, ${LOAD.connections} connections: deliveries taken`,
      measured: perSecond(medianOf(({ taken }) => taken)),
      floor: `${perSecond(medianOf((ratio) => ratio.floor))} read and put into the queue`,
      value: medianOf((ratio) => (100 * ratio.taken) / ratio.floor),
      unit: '%',
      required: { atLeast: 60 },
      aim: { atLeast: 75 },
    },
  ];
}
