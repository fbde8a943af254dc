import type { SubscriptionFilter } from '../../protocol/event/subscription-filter.ts';
import { type Figure, median, perSecond } from '../figure.ts';
import { startOutside } from '../outside/outside-process.ts';
import { watchBytes } from '../pods/watch-bytes.ts';
import { type ChainSubscription, runChain } from './chain-run.ts';
import type { RowContext } from './row-context.ts';

const SUBSCRIPTIONS = 1_000;
const MATCHING: ChainSubscription = { name: 'matching', filter: { selector: { app: 'checkout' } } };

/** What 999 subscriptions cost that want something else. */
export async function manySubscriptions({
  rounds,
  scratchDirectory,
}: RowContext): Promise<readonly Figure[]> {
  const receiver = await startOutside('./receiver-process.ts');
  const url = String(receiver.ready.url);
  const watch = watchBytes('transitions', { pods: 500, events: 4_000 });
  const others = Array.from({ length: SUBSCRIPTIONS - 1 }, (_, index) => ({
    name: `other-${index}`,
    filter: otherFilter(index),
  }));
  const times: { oneMs: number; manyMs: number }[] = [];
  // The first round warms up and does not count.
  for (let round = 0; round <= rounds; round += 1) {
    const oneMs = await runChain(watch, [MATCHING], { url, directory: scratchDirectory() });
    const many = [...others, MATCHING];
    const manyMs = await runChain(watch, many, { url, directory: scratchDirectory() });
    if (round > 0) times.push({ oneMs, manyMs });
  }
  await receiver.stop();
  const oneMs = median(times.map((time) => time.oneMs));
  const manyMs = median(times.map((time) => time.manyMs));
  const rate = (ms: number) => perSecond((watch.events / ms) * 1000);
  return [
    {
      what: `watch bytes to delivered, ${SUBSCRIPTIONS.toLocaleString('en-US')} subscriptions, one matching`,
      measured: rate(manyMs),
      floor: `${rate(oneMs)} with one subscription`,
      value: (100 * oneMs) / manyMs,
      unit: '%',
      required: { atLeast: 80 },
      aim: { atLeast: 95 },
    },
  ];
}

/** Teams with their own namespaces, their own app, or both with some hooks only. */
function otherFilter(index: number): SubscriptionFilter {
  if (index % 3 === 0) return { namespaces: [`team-${index}`] };
  if (index % 3 === 1) return { selector: { app: `app-${index}` } };
  return { namespaces: [`team-${index}`], selector: { app: `app-${index}` }, hooks: ['postStop'] };
}
