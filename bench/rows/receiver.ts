import { Pool } from 'undici';
import { EVENT_MEDIA_TYPE } from '../../protocol/http/event-media-type.ts';
import { createHeaderSigner } from '../../protocol/signature/sign-headers.ts';
import { type Figure, median, perSecond, quantile } from '../figure.ts';
import { startOutside } from '../outside/outside-process.ts';
import { type RowContext, SIGNING_SECRET } from './row-context.ts';
import { sampleEvents } from './sample-events.ts';

const CONNECTIONS = 64;
const LOAD_MS = 5_000;
/** More than are taken in one round. */
const EVENTS = 200_000;

type Delivery = { readonly body: Uint8Array; readonly headers: Record<string, string> };
type Load = { readonly taken: number; readonly ms: number };

/** As many signed deliveries as the receiver on Node takes, and whether its handlers keep up meanwhile. */
export async function receiver({ rounds, scratchDirectory }: RowContext): Promise<readonly Figure[]> {
  const deliveries = await signedDeliveries();
  const ratios: { taken: number; floor: number; handled: number; slowestLagMs: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const floor = await loadFloor(scratchDirectory(), deliveries);
    ratios.push({ ...(await loadReceiver(scratchDirectory(), deliveries)), floor });
  }
  const medianOf = (read: (ratio: (typeof ratios)[number]) => number) => median(ratios.map(read));
  const taken = perSecond(medianOf((ratio) => ratio.taken));
  return [
    {
      what: `receiver on Node, ${CONNECTIONS} connections: deliveries taken`,
      measured: taken,
      floor: `${perSecond(medianOf((ratio) => ratio.floor))} hono with one group commit in 2 ms, nothing handled`,
      value: medianOf((ratio) => (100 * ratio.taken) / ratio.floor),
      unit: '%',
      required: { atLeast: 3 },
      aim: { atLeast: 10 },
    },
    {
      what: `receiver on Node, ${CONNECTIONS} connections: handled meanwhile`,
      measured: perSecond(medianOf((ratio) => ratio.handled)),
      floor: `${taken} taken`,
      value: medianOf((ratio) => (100 * ratio.handled) / ratio.taken),
      unit: '%',
      required: { atLeast: 50 },
      aim: { atLeast: 90 },
    },
    {
      what: `receiver on Node, ${CONNECTIONS} connections: lag of handlers, p99`,
      measured: `${Math.round(medianOf((ratio) => ratio.slowestLagMs))} ms`,
      floor: '',
      value: medianOf((ratio) => ratio.slowestLagMs),
      unit: 'ms',
      required: { atMost: 2_000 },
      aim: null,
    },
  ];
}

async function loadReceiver(directory: string, deliveries: readonly Delivery[]) {
  const outside = await startOutside('./node-receiver-process.ts', directory);
  const { taken, ms } = await post(String(outside.ready.url), deliveries);
  const { handled, lagsMs } = (await outside.ask({})) as { handled: number; lagsMs: number[] };
  await outside.stop();
  const rate = (count: number) => (count / ms) * 1_000;
  return { taken: rate(taken), handled: rate(handled), slowestLagMs: quantile(lagsMs, 0.99) };
}

async function loadFloor(directory: string, deliveries: readonly Delivery[]): Promise<number> {
  const outside = await startOutside('./group-commit-process.ts', directory);
  const { taken, ms } = await post(String(outside.ready.url), deliveries);
  await outside.stop();
  return (taken / ms) * 1_000;
}

/** From all connections at once, each with the next as soon as the last one is answered. */
async function post(url: string, deliveries: readonly Delivery[]): Promise<Load> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: CONNECTIONS, pipelining: 1, allowH2: false });
  const startMs = performance.now();
  let next = 0;
  let taken = 0;
  const sender = async (): Promise<void> => {
    while (performance.now() - startMs < LOAD_MS) {
      const delivery = deliveries[next++];
      if (delivery === undefined) throw new Error('the receiver is too fast for this row: raise EVENTS');
      const answer = await pool.request({ method: 'POST', path: pathname, ...delivery });
      if (answer.statusCode === 202) taken += 1;
      await answer.body.dump();
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, sender));
  const ms = performance.now() - startMs;
  await pool.close();
  return { taken, ms };
}

async function signedDeliveries(): Promise<readonly Delivery[]> {
  const sign = createHeaderSigner('bench', SIGNING_SECRET);
  const timestampSeconds = Math.floor(Date.now() / 1_000);
  const deliveries: Delivery[] = [];
  for (const [index, event] of sampleEvents(EVENTS, 'bench').entries()) {
    const body = new Uint8Array(event.encode(index + 1));
    const signature = await sign({ id: event.id, timestampSeconds, body });
    const headers = { 'content-type': EVENT_MEDIA_TYPE, ...signature };
    deliveries.push({ body, headers });
  }
  return deliveries;
}
