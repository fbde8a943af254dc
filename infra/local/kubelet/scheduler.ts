import { timestamp } from '../ambient/timestamp.ts';
import type { KubeObject, Pod, PodCondition } from '../api/objects.ts';

/** What the scheduler decides for a Pod: a node, or why there is none. */
export type Placement = { kind: 'assigned'; node: string } | { kind: 'unschedulable'; message: string };

/** Places a Pod on the first node that the Pod's nodeSelector allows; resources and taints do not count. */
export function place(pod: Pod, nodes: readonly KubeObject[]): Placement {
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
export function withPlacement(pod: Pod, placement: Placement, nowMs: number): Pod {
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
