import type { Clock } from '../../../settings/ambient/clock.ts';
import { timestamp } from '../ambient/timestamp.ts';
import type { KubeObject } from '../objects/kube-object.ts';
import type { Pod, PodCondition } from '../objects/pod.ts';
import type { Store } from '../store/store.ts';
import type { EventRecorder } from './node/event-recorder.ts';

type SchedulerDeps = {
  readonly store: Store;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly nodes: readonly KubeObject[];
  /** The Pod as the API holds it; undefined when it is gone or another has its name. */
  current(pod: Pod): Pod | undefined;
};

/** The scheduler: a function that places a Pod, if it still waits for a node, and says so in an Event. */
export function createScheduler({ store, events, clock, nodes, current }: SchedulerDeps) {
  return function schedule(pod: Pod): void {
    const waiting = current(pod);
    if (!waiting || waiting.spec.nodeName !== undefined || waiting.metadata.deletionTimestamp !== undefined)
      return;
    const placement = place(waiting, nodes);
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
  };
}

/** What the scheduler decides for a Pod: a node, or why there is none. */
type Placement = { kind: 'assigned'; node: string } | { kind: 'unschedulable'; message: string };

/** Places a Pod on the first node that the Pod's nodeSelector allows; resources and taints do not count. */
function place(pod: Pod, nodes: readonly KubeObject[]): Placement {
  const wanted = Object.entries(pod.spec.nodeSelector ?? {});
  const fitting = nodes.find(({ metadata: { labels = {} } }) =>
    wanted.every(([key, value]) => labels[key] === value),
  );
  if (fitting) return { kind: 'assigned', node: fitting.metadata.name };
  const count = nodes.length;
  return {
    kind: 'unschedulable',
    message:
      `0/${count} nodes are available: ${count} node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, ` +
      `preemption: 0/${count} nodes are available: ${count} Preemption is not helpful for scheduling.`,
  };
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
