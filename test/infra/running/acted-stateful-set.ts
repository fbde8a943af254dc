import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { pick } from '../manifests/manifest.ts';
import { podsOf, type RenderedPod } from '../manifests/pods-of.ts';
import { type ReplicaPod, startReplicaPod } from './replica-pod.ts';

const LOOK_EVERY_MS = 50;
const PATIENCE_MS = 90_000;

/** What the manifests that were applied last want. */
type Wanted = {
  readonly manifests: readonly Manifest[];
  readonly pod: RenderedPod;
  readonly replicas: number;
  /** Of the Pod's template, as the controller tells an old Pod from a new one. */
  readonly revision: string;
};

export interface ActedStatefulSet {
  /** As `helm upgrade` does: only says what is wanted. */
  apply(manifests: readonly Manifest[]): void;
  /** Acts until the condition holds. @throws Error with what was done and what the Pods say when it never does. */
  act(what: string, until: () => boolean): Promise<void>;
  /** Acts until every replica is one of the wanted revision, and ready. */
  rolledOut(): Promise<void>;
  /** As `kubectl delete pod` does; the next looks make it anew. */
  deletePod(ordinal: number): void;
  /** The Pod of an ordinal. @throws Error when there is none. */
  pod(ordinal: number): ReplicaPod;
  /** What was done, in order, such as `start offhook-1` and `stop offhook-1`. */
  readonly done: readonly string[];
  /** Directory that stands for the claim of an ordinal. It is never taken away. */
  volume(ordinal: number): string;
}

/**
 * Acts as the StatefulSet's controller and as the kubelet: Pods of the rendered StatefulSet are processes of this
 * machine. What it keeps to is pkg/controller/statefulset/stateful_set_control.go with podManagementPolicy Parallel and
 * updateStrategy RollingUpdate:
 *
 * - Pods that are missing are all created at once, those too many are all deleted.
 * - For an update, from the highest ordinal down: a Pod of an older revision is deleted (SIGTERM, after the grace period
 *   SIGKILL), and made anew when it is gone, with the same claim. While one of those looked at so far is not ready,
 *   nothing else is deleted.
 * - A container that ended is started again in its Pod.
 */
export function actStatefulSet(cluster: {
  readonly server: string;
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The last word on a Pod's ConfigMap. */
  readonly edit: (text: string, podName: string) => string;
}): ActedStatefulSet {
  const pods = new Map<number, ReplicaPod>();
  const volumes = new Map<number, string>();
  const done: string[] = [];
  let wanted: Wanted | null = null;

  function volume(ordinal: number): string {
    const directory = volumes.get(ordinal) ?? temporaryDirectory();
    volumes.set(ordinal, directory);
    return directory;
  }

  function start(ordinal: number, { manifests, pod, revision }: Wanted): void {
    const name = `offhook-${ordinal}`;
    done.push(`start ${name}`);
    const claimed = Object.fromEntries(pod.claims.map((claim) => [claim, volume(ordinal)]));
    const edit = (text: string) => cluster.edit(text, name);
    pods.set(ordinal, startReplicaPod({ ...cluster, pod, manifests, revision, claimed, edit }));
  }

  function stop(ordinal: number): void {
    done.push(`stop offhook-${ordinal}`);
    pods.get(ordinal)?.terminate();
  }

  /** One look at the Pods and what follows from it; true when there is nothing to do. */
  async function reconcile(now: Wanted): Promise<boolean> {
    await Promise.all([...pods.values()].map((pod) => pod.look()));
    for (const [ordinal, pod] of pods) if (pod.gone()) pods.delete(ordinal);
    const ordinals = Array.from({ length: now.replicas }, (_, index) => index);
    for (const ordinal of ordinals.filter((each) => !pods.has(each))) start(ordinal, now);
    const tooMany = [...pods].filter(([ordinal]) => ordinal >= now.replicas);
    for (const [ordinal, pod] of tooMany) if (!pod.terminating()) stop(ordinal);
    for (const ordinal of ordinals.toReversed()) {
      const pod = pods.get(ordinal);
      if (pod === undefined) return false;
      if (pod.revision !== now.revision && !pod.terminating()) {
        stop(ordinal);
        return false;
      }
      if (!pod.ready()) return false;
    }
    return tooMany.length === 0;
  }

  async function act(what: string, until: (settled: boolean) => boolean): Promise<void> {
    const giveUpAt = performance.now() + PATIENCE_MS;
    for (;;) {
      const settled = wanted !== null && (await reconcile(wanted));
      if (until(settled)) return;
      if (performance.now() > giveUpAt) throw new Error(`waited in vain for: ${what}\n${report()}`);
      await sleep(LOOK_EVERY_MS);
    }
  }

  function report(): string {
    const logs = [...pods].map(([ordinal, pod]) => `offhook-${ordinal}:\n${pod.process().stderr()}`);
    return [done.join(', '), ...logs].join('\n');
  }

  return {
    apply(manifests) {
      const set = pick(manifests, 'StatefulSet', 'offhook');
      const pod = podsOf([set])[0];
      if (pod === undefined) throw new Error('the StatefulSet has no Pods');
      const { replicas, template } = set.spec as { replicas: number; template: unknown };
      wanted = { manifests, pod, replicas, revision: JSON.stringify(template) };
    },
    act: (what, until) => act(what, until),
    rolledOut: () => act('the roll-out', (settled) => settled),
    deletePod: stop,
    pod(ordinal) {
      const found = pods.get(ordinal);
      if (found === undefined) throw new Error(`there is no offhook-${ordinal}`);
      return found;
    },
    done,
    volume,
  };
}
