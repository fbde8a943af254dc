import { type Figure, median, perSecond } from '../figure.ts';
import { type Story, watchBytes } from '../pods/watch-bytes.ts';
import { runIngest, runParse } from './ingest-run.ts';
import type { RowContext } from './row-context.ts';

/** Rounds before those that count, some three seconds: until then more and more of ours is compiled, and parsing is not our code. */
const WARM_UP = 8;

type Bounds = Pick<Figure, 'required' | 'aim'>;

/** Watch bytes that cause no transition: what a cluster mostly sends. */
export function quietIngest(context: RowContext): Promise<readonly Figure[]> {
  const bounds = { required: { atLeast: 70 }, aim: { atLeast: 85 } };
  return ingest({ story: 'quiet', what: 'ingest, no transition', ...bounds }, context);
}

/** Each change means one event, journalled for one subscription with a durable commit. */
export function transitionIngest(context: RowContext): Promise<readonly Figure[]> {
  const bounds = { required: { atLeast: 50 }, aim: { atLeast: 60 } };
  return ingest({ story: 'transitions', what: 'ingest, every event a transition', ...bounds }, context);
}

async function ingest(
  { story, what, ...bounds }: { readonly story: Story; readonly what: string } & Bounds,
  { rounds, scratchDirectory }: RowContext,
): Promise<readonly Figure[]> {
  const watch = watchBytes(story, { pods: 1_000, events: 6_000 });
  const expected = story === 'quiet' ? 0 : watch.events;
  const times: { ingestMs: number; parseMs: number }[] = [];
  for (let round = 0; round < WARM_UP + rounds; round += 1) {
    const parseMs = runParse(watch);
    const { ms: ingestMs, stored } = await runIngest(watch, scratchDirectory(), [
      { name: 'all', filter: {} },
    ]);
    if (stored !== expected) throw new Error(`${stored} events were stored, ${expected} were to be`);
    if (round >= WARM_UP) times.push({ ingestMs, parseMs });
  }
  const ingestMs = median(times.map((time) => time.ingestMs));
  const parseMs = median(times.map((time) => time.parseMs));
  const kilobytes = (watch.bytes / watch.events / 1000).toFixed(1);
  return [
    {
      what: `${what} (${kilobytes} kB each)`,
      measured: perSecond((watch.events / ingestMs) * 1000),
      floor: `${perSecond((watch.events / parseMs) * 1000)} split and parsed`,
      value: (100 * parseMs) / ingestMs,
      unit: '%',
      ...bounds,
    },
  ];
}
