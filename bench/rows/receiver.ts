import { type Figure, median, perSecond, quantile } from '../figure.ts';
import { startOutside } from '../outside/outside-process.ts';
import { postDeliveries } from './post-deliveries.ts';
import type { RowContext } from './row-context.ts';
import { type SignedDelivery, signedDeliveries } from './signed-deliveries.ts';

const CONNECTIONS = 64;
const LOAD = { connections: CONNECTIONS, loadMs: 5_000 };
/** What a receiver runs for months is compiled after four seconds; both sides get them. */
const WARM_UP = { connections: CONNECTIONS, loadMs: 6_000 };
/** More than are taken in one round. */
const EVENTS = 200_000;

const WHAT = `receiver on Node, ${CONNECTIONS} connections`;

/** As many signed deliveries as the receiver on Node takes that has no handlers: verified, and durable before the 202. */
export async function receiverIntake(context: RowContext): Promise<readonly Figure[]> {
  const ratios = await measure(context, 'none');
  return [
    { ...takenOf(`${WHAT}, no handlers: taken`, ratios), required: { atLeast: 60 }, aim: { atLeast: 80 } },
  ];
}

/** The same with the shipped handlers and one more, and whether they keep up meanwhile. */
export async function receiver(context: RowContext): Promise<readonly Figure[]> {
  const ratios = await measure(context, 'shipped');
  const medianOf = (read: (ratio: Ratio) => number) => median(ratios.map(read));
  const taken = takenOf(`${WHAT}: taken`, ratios);
  return [
    { ...taken, required: { atLeast: 5 }, aim: { atLeast: 15 } },
    {
      what: `${WHAT}: handled meanwhile`,
      measured: perSecond(medianOf((ratio) => ratio.handled)),
      floor: `${taken.measured} taken`,
      value: medianOf((ratio) => (100 * ratio.handled) / ratio.taken),
      unit: '%',
      required: { atLeast: 50 },
      aim: { atLeast: 90 },
    },
    {
      what: `${WHAT}: lag of handlers, p99`,
      measured: `${Math.round(medianOf((ratio) => ratio.slowestLagMs))} ms`,
      floor: '',
      value: medianOf((ratio) => ratio.slowestLagMs),
      unit: 'ms',
      required: { atMost: 2_000 },
      aim: null,
    },
  ];
}

type Handlers = 'none' | 'shipped';
type Ratio = {
  readonly taken: number;
  readonly floor: number;
  readonly handled: number;
  readonly slowestLagMs: number;
};

async function measure(
  { rounds, scratchDirectory }: RowContext,
  handlers: Handlers,
): Promise<readonly Ratio[]> {
  const deliveries = await signedDeliveries(EVENTS);
  const ratios: Ratio[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const floor = await loadFloor(scratchDirectory(), deliveries);
    ratios.push({ ...(await loadReceiver(scratchDirectory(), deliveries, handlers)), floor });
  }
  return ratios;
}

function takenOf(what: string, ratios: readonly Ratio[]) {
  const floor = perSecond(median(ratios.map((ratio) => ratio.floor)));
  return {
    what,
    measured: perSecond(median(ratios.map(({ taken }) => taken))),
    floor: `${floor} hono with one group commit in 2 ms, nothing handled`,
    value: median(ratios.map((ratio) => (100 * ratio.taken) / ratio.floor)),
    unit: '%',
  } as const;
}

async function loadReceiver(
  directory: string,
  deliveries: readonly SignedDelivery[],
  handlers: Handlers,
): Promise<Omit<Ratio, 'floor'>> {
  const outside = await startOutside('./node-receiver-process.ts', directory, handlers);
  const url = String(outside.ready.url);
  const left = deliveries.values();
  await postDeliveries(url, left, WARM_UP);
  const before = (await outside.ask({})) as { handled: number };
  const taken = await postDeliveries(url, left, LOAD);
  const { handled, lagsMs } = (await outside.ask({})) as { handled: number; lagsMs: number[] };
  await outside.stop();
  return {
    taken,
    handled: ((handled - before.handled) / LOAD.loadMs) * 1_000,
    slowestLagMs: quantile(lagsMs, 0.99),
  };
}

async function loadFloor(directory: string, deliveries: readonly SignedDelivery[]): Promise<number> {
  const outside = await startOutside('./group-commit-process.ts', directory);
  const url = String(outside.ready.url);
  const left = deliveries.values();
  await postDeliveries(url, left, WARM_UP);
  const taken = await postDeliveries(url, left, LOAD);
  await outside.stop();
  return taken;
}
