import { type Digest, sha256Hex } from '../bytes/sha256.ts';
import type { ContainerEvent, LifecycleEvent } from './lifecycle-event.ts';

/**
 * What two tellings of one event must agree in, as text of at most 80 characters: how it was learned, and the SHA-256 of
 * what it says. Compare with {@link contradicts}.
 *
 * Not of the bytes: a second watcher of the same cluster, beside the first or after it, tells the same event with its own
 * `sequence`, and with the time at which it learned what Kubernetes gives no time for. Left out, too, is what a newer
 * watcher may add. Who saw the status change saw the very object, so everything else must agree. What was learned later
 * or concluded describes the Pod as it was at another moment; there only the outcome counts.
 */
export async function fingerprint(event: LifecycleEvent, digest?: Digest): Promise<string> {
  const text = JSON.stringify([event.type, ...factsOf(event)]);
  return `${observationOf(event)}:${await sha256Hex(text, digest)}`;
}

/**
 * Whether two fingerprints of one id cannot both be true. Tellings that were learned in different ways may differ: one
 * watcher saw how a container ended, the other one only that it was gone.
 */
export function contradicts(one: string, other: string): boolean {
  return one !== other && one.slice(0, one.indexOf(':')) === other.slice(0, other.indexOf(':'));
}

function observationOf({ data }: LifecycleEvent): string {
  return data.hook === 'gap' || data.hook === 'disabled' ? '' : data.observation;
}

function factsOf(event: LifecycleEvent): readonly unknown[] {
  const { data } = event;
  switch (data.hook) {
    case 'gap':
      return [data.why];
    case 'disabled':
      return [data.why, data.deadLetters];
    default: {
      const seen = data.observation === 'status' ? descriptionOf(data) : [];
      return [data.pod.namespace, data.pod.name, data.container.kind, ...outcomeOf(data), ...seen];
    }
  }
}

function outcomeOf(data: ContainerEvent['data']): readonly unknown[] {
  switch (data.hook) {
    case 'preStart':
      return [];
    case 'postStart':
      return [data.container.startedAt];
    case 'preStop': {
      const { trigger, reason, gracePeriodSeconds, deadline } = data.stop;
      return [trigger, reason, gracePeriodSeconds, deadline];
    }
    case 'postStop': {
      const { code, signal, reason, finishedAt } = data.exit;
      return [code, signal, reason, finishedAt];
    }
    case 'hookFailed':
      return [data.failed];
  }
}

function descriptionOf({ pod, container, truncated }: ContainerEvent['data']): readonly unknown[] {
  const { image, imageId, restartCount, startedAt } = container;
  // Which labels were cut depends on the length of the rest.
  const labels = truncated ? [] : Object.entries(pod.labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return [pod.node, pod.owner?.kind, pod.owner?.name, labels, image, imageId, restartCount, startedAt];
}
