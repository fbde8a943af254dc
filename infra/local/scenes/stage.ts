import type { Clock } from '../../../settings/ambient/clock.ts';
import { delay } from '../../../settings/ambient/delay.ts';
import { type Random, randomUuid } from '../ambient/ids.ts';
import { ApiStatusError } from '../api/http/status-error.ts';
import type { LocalCluster } from '../cluster.ts';
import type { Pod } from '../objects/pod.ts';

/** What a scene plays on. The cluster has Pods only, so a scene does what their controller would do. */
export type Stage = {
  readonly cluster: Pick<
    LocalCluster,
    'applyManifest' | 'deletePod' | 'evictPod' | 'getPod' | 'kubelet' | 'nodes'
  >;
  readonly clock: Clock;
  readonly random: Random;
};

/** The object a Pod belongs to: its owner reference, as a controller writes it. */
export type Controller = {
  readonly apiVersion: string;
  readonly kind: 'ReplicaSet' | 'StatefulSet' | 'Job';
  readonly name: string;
  readonly uid: string;
};

/** For Pods to whose node something is done, which must be there. */
export const FIRST_NODE = { 'kubernetes.io/hostname': 'node1' };

const LOOK_EVERY_MS = 250;
const LONGEST_START_MS = 30_000;

export function newController(
  { random }: Stage,
  { apiVersion, kind, name }: Omit<Controller, 'uid'>,
): Controller {
  return { apiVersion, kind, name, uid: randomUuid(random) };
}

/** Creates a Pod of a controller, named after it, and returns its name. */
export function createPod(
  { cluster }: Stage,
  controller: Controller,
  {
    namespace,
    labels,
    spec,
  }: {
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly spec: Readonly<Record<string, unknown>>;
  },
): string {
  const { metadata } = cluster.applyManifest({
    metadata: {
      generateName: `${controller.name}-`,
      namespace,
      labels,
      ownerReferences: [{ ...controller, controller: true, blockOwnerDeletion: true }],
    },
    spec,
  });
  return metadata.name;
}

/** The Pod as it stands; null when somebody has deleted it. */
export function findPod({ cluster }: Stage, namespace: string, name: string): Pod | null {
  return unlessGone(() => cluster.getPod(namespace, name));
}

/** Deletes a Pod that may be gone already. */
export function deletePod({ cluster }: Stage, namespace: string, name: string): void {
  unlessGone(() => cluster.deletePod(namespace, name));
}

/** Waits until a Pod is ready, thirty seconds at most. One that somebody has deleted is not waited for. */
export async function untilReady(stage: Stage, namespace: string, name: string): Promise<void> {
  await waitUntil(stage, () => isReady(findPod(stage, namespace, name)), LONGEST_START_MS);
}

function isReady(pod: Pod | null): boolean {
  const conditions = pod?.status.conditions ?? [];
  return pod === null || conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

/** Waits until a condition holds; says false when it does not within `deadlineMs`. */
export async function waitUntil(
  { clock }: Stage,
  condition: () => boolean,
  deadlineMs: number,
): Promise<boolean> {
  const deadline = clock.nowMs() + deadlineMs;
  while (!condition()) {
    if (clock.nowMs() >= deadline) return false;
    await delay(clock, LOOK_EVERY_MS);
  }
  return true;
}

/** What an action on a Pod gives; null when somebody has deleted that. */
export function unlessGone<T>(action: () => T): T | null {
  try {
    return action();
  } catch (error) {
    if (error instanceof ApiStatusError && error.body.code === 404) return null;
    throw error;
  }
}
