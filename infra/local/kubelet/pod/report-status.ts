import { timestamp } from '../../ambient/timestamp.ts';
import type { Pod, PodCondition, PodStatus } from '../../objects/pod.ts';
import type { PodRuntime } from '../runtime/pod-runtime.ts';
import { type PodProgress, podStatus } from './pod-status.ts';

/** What the kubelet does with the API about its Pods. */
export interface PodWriter {
  /** The Pod as the API holds it; undefined when it is gone or another has its name. */
  current(pod: Pod): Pod | undefined;
  writeStatus(current: Pod, status: PodStatus): void;
  finalDelete(pod: Pod): void;
}

/** A Pod that the node ends because it has too little of something. */
export type NodePressureEviction = { phase: 'Failed'; reason: string; message: string };

/** Writes a Pod's status on top of what the API holds now: others may have added conditions since. */
export function reportStatus(
  { writer, nowMs }: { writer: PodWriter; nowMs: number },
  pod: Pod,
  {
    runtime,
    progress,
    eviction,
  }: { runtime: PodRuntime; progress: PodProgress; eviction: NodePressureEviction | undefined },
): void {
  const stored = writer.current(pod);
  if (!stored) return;
  const evicted = progress === 'live' ? undefined : eviction;
  const known = {
    ...pod,
    status: evicted ? withDisruption(stored.status, evicted.message, nowMs) : stored.status,
  };
  const status = podStatus(known, runtime, { progress, nowMs });
  writer.writeStatus(stored, evicted ? { ...status, ...evicted } : status);
}

/** The condition by which a node-pressure eviction is told, in front of the kubelet's own. */
function withDisruption(status: PodStatus, message: string, nowMs: number): PodStatus {
  const others = (status.conditions ?? []).filter(({ type }) => type !== 'DisruptionTarget');
  const condition: PodCondition = {
    type: 'DisruptionTarget',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: timestamp(nowMs),
    reason: 'TerminationByKubelet',
    message,
  };
  return { ...status, conditions: [condition, ...others] };
}
