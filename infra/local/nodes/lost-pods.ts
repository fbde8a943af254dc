import { timestamp } from '../ambient/timestamp.ts';
import type { PodRegistry } from '../api/pods/pod-registry.ts';
import { isTerminal, type Pod, type PodCondition } from '../objects/pod.ts';
import type { Store } from '../store/store.ts';

/** What the control plane does to the Pods of a node that is lost; each of them as the one that does it writes it. */

type Deps = { readonly store: Store; readonly pods: PodRegistry; readonly nowMs: number };

/**
 * The node is not heard of any more: its Pods are not ready, whatever they do.
 *
 * @see kubernetes/pkg/controller/util/node/controller_utils.go, `MarkPodsNotReady`
 */
export function markNotReady({ store, nowMs }: Deps, pod: Pod): void {
  const conditions = (pod.status.conditions ?? []).map((condition): PodCondition => {
    if (condition.type !== 'Ready' || condition.status === 'False') return condition;
    return { ...condition, status: 'False', lastTransitionTime: timestamp(nowMs) };
  });
  store.put('pods', { ...pod, status: { ...pod.status, conditions } });
}

/**
 * Its toleration of the node's taint is over: it is deleted, as any Pod is. As nobody runs there to end it, it stays so.
 *
 * @see kubernetes/pkg/controller/tainteviction/taint_eviction.go, `addConditionAndDeletePod`
 */
export function evictByTaint(deps: Deps, pod: Pod): void {
  disrupt(deps, pod, {
    reason: 'DeletionByTaintManager',
    message: 'Taint manager: deleting due to NoExecute taint',
  });
  deps.pods.remove(pod.metadata.namespace ?? '', pod.metadata.name);
}

/**
 * Its node is gone for good: it has failed, and is taken out without asking anybody.
 *
 * @see kubernetes/pkg/controller/podgc/gc_controller.go, `markFailedAndDeletePodWithCondition`
 */
export function collectOrphan(deps: Deps, pod: Pod): void {
  const phase = isTerminal(pod) ? {} : { phase: 'Failed' as const };
  const why = { reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' };
  disrupt(deps, pod, why, phase);
  const { namespace = '', name } = pod.metadata;
  deps.pods.remove(namespace, name, { gracePeriodSeconds: 0 });
}

function disrupt(
  { store, nowMs }: Deps,
  pod: Pod,
  why: { readonly reason: string; readonly message: string },
  phase: Partial<Pod['status']> = {},
): void {
  const others = (pod.status.conditions ?? []).filter(({ type }) => type !== 'DisruptionTarget');
  const condition: PodCondition = {
    type: 'DisruptionTarget',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: timestamp(nowMs),
    ...why,
  };
  store.put('pods', { ...pod, status: { ...pod.status, ...phase, conditions: [...others, condition] } });
}
