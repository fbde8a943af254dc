import type { ClusterStore, StoredObject } from '../api/cluster-store.ts';
import { seconds } from '../kubelet/pod-status.ts';
import type { PodTruth } from '../kubelet/pod-truth.ts';
import type { Random } from '../random.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { TENANT_NAMESPACE, type TenantPod, tenantEvent, tenantPod, tenantStatus } from './tenant-objects.ts';

/**
 * Somebody who may write what they like in a namespace of their own, and does: `farDeletion` a grace period of
 * 9·10¹² seconds; `fakeMirror` a Pod whose annotations claim another's UID; `oddStatus` and `oddNumbers` statuses that no
 * kubelet writes; `forgedEvent` Events about another's Pod; `hugeEvent` a container name without end; `unclaimedEvent` a
 * failed hook of a Pod that there is not.
 */
export const TENANT_DEEDS = [
  'farDeletion',
  'fakeMirror',
  'oddStatus',
  'oddNumbers',
  'forgedEvent',
  'hugeEvent',
  'unclaimedEvent',
] as const;
export type TenantDeed = (typeof TENANT_DEEDS)[number];

type Deps = {
  readonly clock: VirtualClock;
  readonly store: ClusterStore;
  readonly random: Random;
  /** Resolves when the API takes writes. */
  readonly writable: () => Promise<void>;
  readonly pods: () => readonly PodTruth[];
};

type Hand = Deps & { readonly key: string; sleep(ms: number): Promise<void>; put(pod: TenantPod): void };

/** Does one deed; it may take a while. */
export async function doDeed(deed: TenantDeed, key: string, deps: Deps): Promise<void> {
  const { clock, store, writable } = deps;
  const hand: Hand = {
    ...{ ...deps, key },
    sleep: (ms) => clock.sleep(ms).then(writable),
    put: (pod) => store.put('pods', tenantPod(pod)),
  };
  await hand.sleep(0);
  await DEEDS[deed](hand);
}

const FAR = { deletionTimestamp: '287225-11-05T16:00:05Z', graceSeconds: 9_000_000_000_000 };
const LONG = 'n'.repeat(300);

const DEEDS: Readonly<Record<TenantDeed, (hand: Hand) => Promise<void>>> = {
  farDeletion: (hand) => inStates(hand, [[alive(hand)], { ...FAR, statuses: [alive(hand)] }]),
  async fakeMirror(hand) {
    const { key, random, pods } = hand;
    const victim = pods().length === 0 ? null : random.pick(pods());
    const claims =
      victim === null ? 'nobody' : random.pick([victim.uid, victim.key, victim.hash ?? victim.uid]);
    const pod = { key, name: `${key}-node1`, claims };
    const deleted = { deletionTimestamp: hand.clock.trueMs() + 30_000, graceSeconds: 30 };
    const deletion = { ...deleted, deletionTimestamp: seconds(deleted.deletionTimestamp) ?? '' };
    await inStates(hand, [
      { ...pod, statuses: [alive(hand)] },
      { ...pod, ...deletion, statuses: [alive(hand)] },
      { ...pod, ...deletion, statuses: [ended(hand)] },
    ]);
  },
  oddStatus(hand) {
    const crowd = Array.from({ length: 600 }, (_, index) => ({ ...alive(hand), name: `c-${index}` }));
    const odd = hand.random.pick<readonly unknown[]>([
      [alive(hand), { ...alive(hand), name: LONG }],
      [{ ...alive(hand), name: 'a/b' }],
      crowd,
    ]);
    return inStates(hand, [[alive(hand)], odd, [alive(hand)]]);
  },
  oddNumbers(hand) {
    const times = { startedAt: '9999-99-99T99:99:99Z', finishedAt: '287225-11-05T16:00:05Z' };
    const terminated = { exitCode: 2 ** 40, signal: 1e300, reason: LONG.repeat(20), ...times };
    return inStates(hand, [
      [tenantStatus(hand.key, { running: { startedAt: times.startedAt } }, { restartCount: 1e15 })],
      [tenantStatus(hand.key, { terminated: { ...terminated, containerID: LONG.repeat(30) } })],
    ]);
  },
  async forgedEvent({ key, store, random, clock, pods }) {
    const running = pods().filter(({ node }) => node !== null);
    if (running.length === 0) return;
    const victim = random.pick(running);
    const told = {
      reason: random.pick(['Killing', 'FailedPreStopHook']),
      lastTimestamp: seconds(clock.trueMs()),
      firstTimestamp: seconds(clock.trueMs()),
    };
    store.put('events', forged(key, victim, told, random.pick(['namespace', 'component', 'node', 'name'])));
  },
  async hugeEvent({ key, store, clock }) {
    const about = { namespace: TENANT_NAMESPACE, name: key, uid: `tenant-${key}` };
    const fieldPath = `spec.containers{${'a'.repeat(20_000)}}`;
    const told = { reason: 'FailedPreStopHook', lastTimestamp: seconds(clock.trueMs()) };
    store.put('events', tenantEvent(key, { ...about, fieldPath }, told));
  },
  async unclaimedEvent({ key, store, clock }) {
    const about = { namespace: TENANT_NAMESPACE, name: key, uid: `nobody-${key}` };
    const told = { reason: 'FailedPreStopHook', lastTimestamp: seconds(clock.trueMs()) };
    store.put('events', tenantEvent(key, about, told));
  },
};

/** An Event about the victim, with one thing that is not so. */
function forged(key: string, victim: PodTruth, told: object, wrong: string): StoredObject {
  const { namespace } = victim;
  const about = { namespace, name: victim.name, uid: victim.hash ?? victim.uid };
  const { node } = victim;
  const writer = (component: string, host: string | null) => ({
    source: { component, host },
    ...{ reportingComponent: component, reportingInstance: host },
  });
  const own = { metadata: { uid: `tenant-event-${key}`, name: key, namespace } };
  switch (wrong) {
    case 'component':
      return tenantEvent(key, about, { ...told, ...own, ...writer('my-controller', node) });
    case 'node':
      return tenantEvent(key, about, { ...told, ...own, ...writer('kubelet', 'node9') });
    case 'name':
      return tenantEvent(key, { ...about, name: 'other' }, { ...told, ...own, ...writer('kubelet', node) });
    default:
      return tenantEvent(
        key,
        { ...about, namespace: TENANT_NAMESPACE },
        { ...told, ...writer('kubelet', node) },
      );
  }
}

/** One state after the other; then the Pod stays, or is removed. */
async function inStates(
  hand: Hand,
  states: readonly (readonly unknown[] | Omit<TenantPod, 'key'>)[],
): Promise<void> {
  const { key, random } = hand;
  for (const state of states) {
    hand.put('statuses' in state ? { ...state, key } : { key, statuses: state });
    await hand.sleep(random.between(500, 20_000));
  }
  if (random.chance(0.5)) hand.store.remove('pods', `tenant-${key}`);
}

function alive({ key, clock }: Hand) {
  return tenantStatus(key, { running: { startedAt: seconds(clock.trueMs() - 1_000) } });
}

function ended({ key, clock }: Hand) {
  const nowMs = clock.trueMs();
  const times = { startedAt: seconds(nowMs - 30_000), finishedAt: seconds(nowMs) };
  return tenantStatus(key, {
    terminated: { ...times, exitCode: 0, reason: 'Completed', containerID: `containerd://tenant-${key}` },
  });
}
