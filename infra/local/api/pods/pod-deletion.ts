import { timestamp } from '../../ambient/timestamp.ts';
import { isTerminal, type Pod } from '../../objects/pod.ts';
import { DEFAULT_GRACE_SECONDS } from '../../objects/pod-spec.ts';
import { conflict } from '../http/status-error.ts';
import type { DeleteOptions } from './delete-options.ts';

/**
 * A Pod with its deletion written into it, even for a grace of 0; null where a deletion with less grace is under way
 * already: a second one can only shorten it.
 *
 * @throws ApiStatusError 409 when the Pod is another than the one that is meant.
 * @see apiserver/pkg/registry/rest/delete.go, `BeforeDelete`
 */
export function deletedPod(pod: Pod, { gracePeriodSeconds, uid }: DeleteOptions, nowMs: number): Pod | null {
  const { metadata, spec } = pod;
  if (uid !== undefined && uid !== metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`;
    throw conflict('pods', metadata.name, why);
  }
  const asked = gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS;
  const grace = spec.nodeName === undefined || isTerminal(pod) ? 0 : asked;
  const before = metadata.deletionGracePeriodSeconds;
  if (before !== undefined && grace >= before) return null;
  const requestedMs =
    metadata.deletionTimestamp === undefined || grace === 0
      ? nowMs
      : Date.parse(metadata.deletionTimestamp) - (before ?? 0) * 1000;
  const marked = {
    ...metadata,
    deletionTimestamp: timestamp(requestedMs + grace * 1000),
    deletionGracePeriodSeconds: grace,
    generation: (metadata.generation ?? 1) + (before === undefined ? 1 : 0),
  };
  return { ...pod, metadata: marked };
}

/** A Pod with the condition that says why it is evicted; the same object where it ends already. */
export function evictedPod(pod: Pod, nowMs: number): Pod {
  if (isTerminal(pod) || pod.metadata.deletionTimestamp !== undefined) return pod;
  const condition = {
    type: 'DisruptionTarget',
    status: 'True' as const,
    lastProbeTime: null,
    lastTransitionTime: timestamp(nowMs),
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  };
  return { ...pod, status: { ...pod.status, conditions: [...(pod.status.conditions ?? []), condition] } };
}
