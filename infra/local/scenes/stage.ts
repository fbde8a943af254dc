import type { Clock } from '../../../settings/ambient/clock.ts';
import { delay } from '../../../settings/ambient/delay.ts';
import { type Random, randomUuid } from '../ambient/ids.ts';
import { ApiStatusError } from '../api/http/status-error.ts';
import type { LocalCluster } from '../cluster.ts';
import type { Pod } from '../objects/pod.ts';

/** What a scene plays on. The cluster has Pods only, so a scene does what their controller would do. */
export type Stage = {
  readonly cluster: Pick<LocalCluster, 'applyManifest' | 'deletePod' | 'getPod'>;
  readonly clock: Clock;
  readonly random: Random;
};

/** The object a Pod belongs to: its owner reference, as a controller writes it. */
export type Controller = {
  readonly apiVersion: string;
  readonly kind: 'ReplicaSet' | 'Job';
  readonly name: string;
  readonly uid: string;
};

const LOOK_EVERY_MS = 250;

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

function unlessGone<T>(action: () => T): T | null {
  try {
    return action();
  } catch (error) {
    if (error instanceof ApiStatusError && error.body.code === 404) return null;
    throw error;
  }
}
