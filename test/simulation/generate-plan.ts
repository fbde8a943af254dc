import { CRASH_POINTS } from './crash-points.ts';
import { LIFE_NAMES } from './kubelet/lives.ts';
import { NODES } from './kubelet/node-clocks.ts';
import { NAMESPACES } from './kubelet/pod-truth.ts';
import {
  ACTIVE_MS,
  type Action,
  type ActionKind,
  type Plan,
  RECEIVER_FAULTS,
  REFUSALS,
  STREAM_FAULTS,
} from './plan.ts';
import { createRandom, type Random } from './random.ts';
import { SUBSCRIPTION_NAMES } from './subscriptions.ts';
import { TENANT_DEEDS } from './tenant/tenant.ts';
import { TENANT_NAMESPACE } from './tenant/tenant-objects.ts';

/** Pods that exist before the watcher's first list. */
const BASELINE_MS = 5_000;
const NAMES = ['web', 'db', 'job', 'proxy', 'cache', 'api'];

/**
 * The plan of a seed. Each seed draws how much of each kind of trouble it has, so that some have only one. In each third
 * one the namespaces are followed one by one; in each thirteenth there is a tenant of which next to nothing may wait.
 */
export function generatePlan(seed: number): Plan {
  const random = createRandom(`plan/${seed}`);
  const actions: Action[] = [
    ...pods(random.fork('pods')),
    ...troubles(random.fork('troubles')),
    ...tenants(random.fork('tenants')),
  ];
  return {
    seed,
    ...(seed % 13 === 0 && { hasQuota: true }),
    ...(seed % 3 === 0 && { namespaces: [...NAMESPACES, TENANT_NAMESPACE] }),
    server: { watchList: random.chance(0.5), pageSize: random.between(1, 4) },
    actions: actions.toSorted((a, b) => a.atMs - b.atMs),
  };
}

function pods(random: Random): Action[] {
  const early = random.between(0, 3);
  return Array.from({ length: random.between(4, 9) }, (_, index) => ({
    atMs: index < early ? random.between(0, BASELINE_MS) : random.between(BASELINE_MS, ACTIVE_MS - 60_000),
    kind: 'pod',
    life: random.pick(LIFE_NAMES),
    name: random.pick(NAMES),
  }));
}

function tenants(random: Random): Action[] {
  const count = random.chance(0.3) ? 0 : random.between(1, 8);
  return Array.from({ length: count }, () => ({
    atMs: random.between(0, ACTIVE_MS - 10_000),
    kind: 'tenant',
    deed: random.pick(TENANT_DEEDS),
  }));
}

type Trouble = { readonly most: number; readonly draw: (random: Random) => ActionKind };

const TROUBLES: readonly Trouble[] = [
  { most: 6, draw: crash },
  { most: 1, draw: (random) => ({ kind: 'stop', downMs: random.between(0, 20_000) }) },
  { most: 8, draw: (random) => ({ kind: 'stream', fault: random.pick(STREAM_FAULTS) }) },
  {
    most: 3,
    draw: (random) => ({ kind: 'refuse', how: random.pick(REFUSALS), count: random.between(1, 4) }),
  },
  { most: 3, draw: (random) => ({ kind: 'expire', cut: random.chance(0.7) }) },
  { most: 1, draw: (random) => ({ kind: 'staleLists', durationMs: random.between(1_000, 120_000) }) },
  { most: 6, draw: receiverFault },
  { most: 2, draw: (random) => ({ kind: 'diskFull', durationMs: random.between(500, 30_000) }) },
  { most: 2, draw: (random) => ({ kind: 'wallClock', jumpMs: random.between(-600_000, 600_000) }) },
  { most: 4, draw: nodeClock },
];

function troubles(random: Random): Action[] {
  const actions = TROUBLES.flatMap(({ most, draw }) => {
    const count = random.chance(0.35) ? 0 : random.between(1, most);
    return Array.from({ length: count }, () => ({
      atMs: random.between(0, ACTIVE_MS - 10_000),
      ...draw(random),
    }));
  });
  if (!random.chance(0.15)) return actions;
  const atMs = random.between(60_000, ACTIVE_MS - 30_000);
  return [...actions, { atMs, kind: 'restore', back: random.between(1, 8) }];
}

function crash(random: Random): ActionKind {
  const point = random.pick(CRASH_POINTS);
  const downMs = random.chance(0.7) ? random.between(0, 3_000) : random.between(3_000, 40_000);
  return { kind: 'crash', point, skip: random.between(0, 3), downMs, tornTail: random.chance(0.3) };
}

/** NTP moves a clock by seconds, an empty one at boot by anything. */
function nodeClock(random: Random): ActionKind {
  const most = random.chance(0.6) ? 45_000 : 4_000_000;
  const drift = random.chance(0.4) ? random.between(-5, 5) / 100 : 0;
  return { kind: 'nodeClock', node: random.pick(NODES), jumpMs: random.between(-most, most), drift };
}

function receiverFault(random: Random): ActionKind {
  const subscription = random.pick(SUBSCRIPTION_NAMES);
  const how = random.pick(RECEIVER_FAULTS.filter((fault) => fault !== '410' || subscription === 'impatient'));
  return { kind: 'receiver', subscription, how, count: random.between(1, 10) };
}
