import { CONTAINER_HOOKS } from '../../protocol/event/event-type.ts';
import type { SubscriptionFilter } from '../../protocol/event/subscription-filter.ts';
import { type Figure, median, perSecond } from '../figure.ts';
import { startOutside } from '../outside/outside-process.ts';
import { watchBytes } from '../pods/watch-bytes.ts';
import { type ChainSubscription, runChain } from './chain-run.ts';
import type { RowContext } from './row-context.ts';

const SUBSCRIPTIONS = 1_000;
/** Pairs of runs before those that count. */
const WARM_UP = 2;
/** Runs of the same code differ by a tenth, and what is asked for is a twentieth: an even number, so that each comes first as often. */
const PAIRS_A_ROUND = 4;
/** As HookSubscriptions are: of their own namespace, the four hooks of a container, and Pods may be left out. */
const OF_OBJECT = { hooks: [...CONTAINER_HOOKS], honoursIgnore: true } satisfies SubscriptionFilter;
/** Of every Pod that the watch shows: nothing but its filter is evaluated to the end. */
const MATCHING: ChainSubscription = {
  name: 'matching',
  filter: {
    ...OF_OBJECT,
    selector: { app: 'checkout' },
    selectorExpressions: [
      { key: 'tier', operator: 'NotIn', values: ['db', 'cache'] },
      { key: 'pod-template-hash', operator: 'Exists' },
    ],
  },
};

/** What 999 subscriptions cost that want something else. */
export async function manySubscriptions({
  rounds,
  scratchDirectory,
}: RowContext): Promise<readonly Figure[]> {
  const receiver = await startOutside('./receiver-process.ts');
  const url = String(receiver.ready.url);
  const watch = watchBytes('transitions', { pods: 500, events: 16_000 });
  const others = Array.from({ length: SUBSCRIPTIONS - 1 }, (_, index) => ({
    name: `other-${index}`,
    filter: otherFilter(index),
  }));
  const run = (subscriptions: readonly ChainSubscription[]) =>
    runChain(watch, subscriptions, { url, directory: scratchDirectory() });
  const one = async () => ({ oneMs: await run([MATCHING]) });
  const many = async () => ({ manyMs: await run([...others, MATCHING]) });
  const times: { oneMs: number; manyMs: number }[] = [];
  for (let pair = 0; pair < WARM_UP + rounds * PAIRS_A_ROUND; pair += 1) {
    // Whoever comes second finds the heap and the disk as the first has left them.
    const taken =
      pair % 2 === 0 ? { ...(await one()), ...(await many()) } : { ...(await many()), ...(await one()) };
    if (pair >= WARM_UP) times.push(taken);
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
      required: { atLeast: 95 },
      aim: null,
    },
  ];
}

/** A HookSubscription of each of 999 namespaces, with what else a team asks for; some of the operator are by label. */
function otherFilter(index: number): SubscriptionFilter {
  const ofTeam = { ...OF_OBJECT, namespaces: [`team-${index}`] };
  switch (index % 5) {
    case 0:
      return ofTeam;
    case 1:
      return { ...ofTeam, annotation: `other-${index}` };
    case 2:
      return {
        ...ofTeam,
        selectorExpressions: [
          { key: 'app', operator: 'In', values: [`app-${index}`, 'checkout'] },
          { key: 'canary', operator: 'DoesNotExist' },
        ],
      };
    case 3:
      return { ...ofTeam, hooks: ['postStop'], exitCodes: { operator: 'NotIn', values: [0, 143] } };
    default:
      return { ...OF_OBJECT, selector: { app: `app-${index}` } };
  }
}
