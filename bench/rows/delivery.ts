import { type Figure, median, perSecond } from '../figure.ts';
import { startOutside } from '../outside/outside-process.ts';
import { CONCURRENCY, runBarePosts, runDelivery, SUBSCRIPTION } from './delivery-run.ts';
import type { RowContext } from './row-context.ts';
import { sampleEvents } from './sample-events.ts';

/** Two seconds: in a shorter time much of it runs in code that is not compiled yet, of which ours is more than a Pool's. */
const EVENTS = 40_000;
const LATENCIES_MS = [20, 50, 200];
/** How long one measurement with a slow receiver should take: opening the connections, and waiting for the last outcomes, are 25 ms of it. */
const SLOW_RUN_MS = 8_000;

/** A receiver that answers at once: what the watcher itself costs. */
export async function fastDelivery({ rounds, scratchDirectory }: RowContext): Promise<readonly Figure[]> {
  const receiver = await startOutside('./receiver-process.ts');
  const url = String(receiver.ready.url);
  const events = sampleEvents(EVENTS, SUBSCRIPTION);
  const bodies = events.map((event, index) => event.encode(index + 1));
  const times: { deliveryMs: number; bareMs: number }[] = [];
  // The first round warms both up and does not count.
  for (let round = 0; round <= rounds; round += 1) {
    const bareMs = await runBarePosts(url, bodies);
    const deliveryMs = await runDelivery(url, events, scratchDirectory());
    if (round > 0) times.push({ deliveryMs, bareMs });
  }
  await receiver.stop();
  const rate = (ms: number) => perSecond((EVENTS / ms) * 1000);
  const deliveryMs = median(times.map((time) => time.deliveryMs));
  const bareMs = median(times.map((time) => time.bareMs));
  return [
    {
      what: `delivery, receiver at 0 ms, concurrency ${CONCURRENCY}`,
      measured: rate(deliveryMs),
      floor: `${rate(bareMs)} bare Pool`,
      value: (100 * bareMs) / deliveryMs,
      unit: '%',
      required: { atLeast: 55 },
      aim: { atLeast: 65 },
    },
  ];
}

/** Slow receivers: whether all slots are always in use. A fast run first warms up. */
export async function slowDelivery({ scratchDirectory }: RowContext): Promise<readonly Figure[]> {
  const receiver = await startOutside('./receiver-process.ts');
  const url = String(receiver.ready.url);
  await runDelivery(url, sampleEvents(EVENTS, SUBSCRIPTION), scratchDirectory());
  const figures: Figure[] = [];
  for (const delayMs of LATENCIES_MS) {
    const events = sampleEvents(CONCURRENCY * Math.ceil(SLOW_RUN_MS / delayMs), SUBSCRIPTION);
    await receiver.ask({ delayMs });
    const bareMs = await runBarePosts(
      url,
      events.map((event, index) => event.encode(index + 1)),
    );
    await receiver.ask({ delayMs });
    const ms = await runDelivery(url, events, scratchDirectory());
    const { latencyMs } = await receiver.ask({ delayMs: 0 });
    const rate = (runMs: number) => (events.length / runMs) * 1000;
    const floor = (CONCURRENCY / Number(latencyMs)) * 1000;
    figures.push({
      what: `delivery, receiver at ${delayMs} ms, concurrency ${CONCURRENCY}`,
      measured: perSecond(rate(ms)),
      floor: `${perSecond(floor)} concurrency / latency (bare Pool ${perSecond(rate(bareMs))})`,
      value: (100 * rate(ms)) / floor,
      unit: '%',
      required: { atLeast: 88 },
      aim: { atLeast: 95 },
    });
  }
  await receiver.stop();
  return figures;
}
