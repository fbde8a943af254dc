import type { Clock } from '../../../settings/ambient/clock.ts';
import { timestamp } from '../ambient/timestamp.ts';
import type { KubeObject } from '../objects/kube-object.ts';
import { isSchedulable } from '../objects/node.ts';
import { isTerminal, type Pod, type PodCondition } from '../objects/pod.ts';
import type { Store } from '../store/store.ts';
import type { EventRecorder } from './node/event-recorder.ts';
import { timing } from './node/timing.ts';

type SchedulerDeps = {
  readonly store: Store;
  readonly events: EventRecorder;
  readonly clock: Clock;
};

/**
 * The scheduler: places each new Pod, if it still waits for a node a moment later, and says so in an Event.
 *
 * @returns what stops it.
 */
export function startScheduler({ store, events, clock }: SchedulerDeps): () => void {
  return store.subscribe('pods', ({ type, object }) => {
    if (type === 'ADDED') clock.after(timing.schedule, () => schedule(object as Pod));
  });

  function schedule({ metadata }: Pod): void {
    const waiting = store.get('pods', `${metadata.namespace}/${metadata.name}`) as Pod | undefined;
    if (waiting?.metadata.uid !== metadata.uid) return;
    if (waiting.spec.nodeName !== undefined || waiting.metadata.deletionTimestamp !== undefined) return;
    const placement = place(waiting, store);
    const { namespace, name } = waiting.metadata;
    store.put('pods', withPlacement(waiting, placement, clock.nowMs()));
    events.schedulerEvent(
      waiting,
      placement.kind === 'assigned'
        ? {
            type: 'Normal',
            reason: 'Scheduled',
            action: 'Binding',
            message: `Successfully assigned ${namespace}/${name} to ${placement.node}`,
          }
        : { type: 'Warning', reason: 'FailedScheduling', action: 'Scheduling', message: placement.message },
    );
  }
}

/** What the scheduler decides for a Pod: a node, or why there is none. */
type Placement = { kind: 'assigned'; node: string } | { kind: 'unschedulable'; message: string };

/** Places a Pod on the emptiest node that its nodeSelector and the node's taints allow; resources do not count. */
function place(pod: Pod, store: Store): Placement {
  const nodes = store.list('nodes');
  const wanted = Object.entries(pod.spec.nodeSelector ?? {});
  const [fitting] = nodes
    .filter(
      (node) => isSchedulable(node) && wanted.every(([key, value]) => node.metadata.labels?.[key] === value),
    )
    .toSorted((a, b) => podsOn(store, a) - podsOn(store, b));
  if (fitting) return { kind: 'assigned', node: fitting.metadata.name };
  const count = nodes.length;
  return {
    kind: 'unschedulable',
    message:
      `0/${count} nodes are available: ${count} node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, ` +
      `preemption: 0/${count} nodes are available: ${count} Preemption is not helpful for scheduling.`,
  };
}

function podsOn(store: Store, { metadata: { name } }: KubeObject): number {
  return store.list('pods').filter((pod) => (pod as Pod).spec.nodeName === name && !isTerminal(pod as Pod))
    .length;
}

/** The Pod with the decision written into it: node and condition. */
function withPlacement(pod: Pod, placement: Placement, nowMs: number): Pod {
  const assigned = placement.kind === 'assigned';
  const scheduled: PodCondition = {
    type: 'PodScheduled',
    status: assigned ? 'True' : 'False',
    lastProbeTime: null,
    lastTransitionTime: timestamp(nowMs),
    ...(assigned
      ? {}
      : { observedGeneration: pod.metadata.generation, reason: 'Unschedulable', message: placement.message }),
  };
  const others = (pod.status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
  return {
    ...pod,
    spec: assigned ? { ...pod.spec, nodeName: placement.node } : pod.spec,
    status: { ...pod.status, conditions: [...others, scheduled] },
  };
}
