import { createHash } from 'node:crypto';
import type { LifecycleEvent } from '../../protocol/event/lifecycle-event.ts';
import type { StreamName } from '../../watcher/source/sink/stream-name.ts';
import { CLUSTER_UID, type HistoryRefusal } from './api/api-server.ts';
import type { Revision } from './api/cluster-store.ts';
import type { PodTruth, RunTruth } from './kubelet/pod-truth.ts';
import type { Arrival } from './receivers.ts';
import { isOfTenant, namesAnother } from './tenant/own-events.ts';

/** Everything that happened in a simulated world: the ground truth, and what came out of the watcher. */
export type History = {
  /** Every revision the API ever stored, in order, also those a restore took away. */
  readonly log: readonly Revision[];
  /** Pods as they stood at a resourceVersion of an epoch. */
  readonly podsAt: (rv: number, epoch: number) => readonly Revision[];
  readonly pods: readonly PodTruth[];
  /** By the containerID, also where its node does not show it. */
  readonly runs: ReadonlyMap<string, RunTruth>;
  /** Revisions that a faulty server told to nobody. */
  readonly lost: ReadonlySet<Revision>;
  readonly refusals: readonly HistoryRefusal[];
  readonly restore: Restore | null;
  /** Resume points in the order in which they became durable. */
  readonly commits: readonly ResumePoint[];
  readonly arrivals: readonly Arrival[];
  readonly deadLetters: ReadonlyMap<string, ReadonlySet<string>>;
  /** Of those, what is so because more may not wait of its tenant. */
  readonly overQuota: ReadonlyMap<string, ReadonlySet<string>>;
  /** Whether a tenant was there of which next to nothing may wait. */
  readonly hasQuota: boolean;
  readonly gone: ReadonlySet<string>;
  readonly disabled: ReadonlySet<string>;
  /** Deliveries that are still pending at the end. */
  readonly pending: number;
  /** Sum of all jumps of the wall clock, ms. */
  readonly jumpedMs: number;
  readonly endMs: number;
  /** Followed one by one; null: the whole cluster. */
  readonly namespaces: readonly string[] | null;
};

export type ResumePoint = {
  readonly stream: StreamName;
  readonly rv: number;
  readonly epoch: number;
  readonly atMs: number;
};

/** The API was put back to `rv`, which became the beginning of epoch 1. */
export type Restore = { readonly rv: number; readonly atMs: number };

/** An event as the patient subscription got it, each id once, by sequence. */
export type Told = {
  readonly id: string;
  readonly sequence: number;
  readonly event: LifecycleEvent;
  readonly atMs: number;
};

/** Without what is told of a tenant's own Pods. */
export function toldTo(history: History, subscription = 'patient'): readonly Told[] {
  const told = new Map<string, Told>();
  for (const { subscription: to, id, body, atMs } of history.arrivals) {
    if (to !== subscription || told.has(id)) continue;
    const event = JSON.parse(body) as LifecycleEvent;
    if (isOfTenant(event) && !namesAnother(event, history)) continue;
    told.set(id, { id, sequence: Number(event.sequence), event, atMs });
  }
  return [...told.values()].toSorted((a, b) => a.sequence - b.sequence);
}

/** The run that an event names; undefined when there is none. */
export function runOf(
  { runs }: History,
  { pod, container }: Extract<LifecycleEvent['data'], { hook: 'postStart' | 'preStop' | 'postStop' }>,
): RunTruth | undefined {
  if (container.id !== null) return runs.get(container.id);
  const instance = `restart/${container.restartCount}/${container.startedAt ?? ''}`;
  return [...runs.values()].find(
    (run) => run.podKey === pod.uid && run.container === container.name && run.instance === instance,
  );
}

/** The id an event must have, worked out apart from the product by the words of lifecycle.md. */
export function idOf(podUid: string, container: string, hook: string, instance: string): string {
  const text = ['offhook.v1', CLUSTER_UID, podUid, container, hook, instance].join('\0');
  const digest = createHash('sha256').update(text).digest();
  const bits = [...digest].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const letters = Array.from(
    { length: 36 },
    (_, i) => ALPHABET[Number.parseInt(bits.slice(i * 5, i * 5 + 5), 2)],
  );
  return `evt_${letters.join('')}`;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
