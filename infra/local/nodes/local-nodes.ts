import type { Clock } from '../../../settings/ambient/clock.ts';
import { createClosableClock } from '../ambient/closable-clock.ts';
import { type Random, randomUuid } from '../ambient/ids.ts';
import type { PodRegistry } from '../api/pods/pod-registry.ts';
import { type Kubelet, startKubelet } from '../kubelet/kubelet.ts';
import { createEventRecorder } from '../kubelet/node/event-recorder.ts';
import { readyNode, unreachableNode } from '../objects/node.ts';
import { isTerminal, type Pod } from '../objects/pod.ts';
import type { Store } from '../store/store.ts';
import { collectOrphan, evictByTaint, markNotReady } from './lost-pods.ts';

/** `--node-monitor-grace-period`: a node that says nothing for so long is unreachable. */
const MONITOR_GRACE_MS = 50_000;
/** What every Pod tolerates that does not say otherwise (admission `DefaultTolerationSeconds`). */
const TOLERATION_SECONDS = 300;
/** A node that is not there is believed to be gone after so long (`quarantineTime` of podgc). */
const QUARANTINE_MS = 40_000;

type LocalNodesDeps = {
  readonly store: Store;
  readonly pods: PodRegistry;
  readonly clock: Clock;
  readonly random: Random;
  readonly jitter: Random;
  readonly onError: (error: unknown) => void;
};

/** The nodes of the cluster, each with its kubelet, and what the control plane does when one of them is lost. */
export function createLocalNodes({ store, pods, clock, random, jitter, onError }: LocalNodesDeps) {
  const eventsOf = (component: string) => createEventRecorder({ store, clock, random, node: '', component });
  const nodeController = eventsOf('node-controller');
  const taintEviction = eventsOf('taint-eviction-controller');
  const kubelets: Kubelet[] = [];
  const powered = new Map<string, { readonly kubelet: Kubelet; cut(): void }>();

  const podsOn = (name: string): Pod[] =>
    store.list('pods').filter((pod) => (pod as Pod).spec.nodeName === name) as Pod[];
  const deps = () => ({ store, pods, nowMs: clock.nowMs() });

  function unreachable(name: string): void {
    const node = store.get('nodes', name);
    if (node === undefined) return;
    store.put('nodes', unreachableNode(node, clock.nowMs()));
    for (const pod of podsOn(name)) {
      if (isTerminal(pod)) continue;
      markNotReady(deps(), pod);
      nodeController.record(pod, {
        type: 'Warning',
        reason: 'NodeNotReady',
        message: 'Node is not ready',
      });
      clock.after(tolerationMs(pod), () => evict(name, pod));
    }
  }

  /** Unless the Pod, or its node, has gone in the meantime. */
  function evict(node: string, { metadata }: Pod): void {
    const pod = podsOn(node).find(({ metadata: { uid } }) => uid === metadata.uid);
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return;
    const { namespace, name } = metadata;
    const message = `Marking for deletion Pod ${namespace}/${name}`;
    taintEviction.record(pod, { type: 'Normal', reason: 'TaintManagerEviction', message });
    evictByTaint(deps(), pod);
  }

  return {
    /** As they are added, those of lost nodes among them. */
    kubelets: kubelets as readonly Kubelet[],
    /** A node that registers. */
    add(name: string): void {
      const node = store.put('nodes', readyNode(name, randomUuid(random), clock.nowMs()));
      const power = createClosableClock(clock);
      const kubelet = startKubelet({ store, pods, clock: power, random, jitter, node, onError });
      kubelets.push(kubelet);
      powered.set(name, {
        kubelet,
        cut() {
          power.close();
          kubelet.close();
        },
      });
    },
    /** A node without power: nothing there goes on, and nobody hears of it. After a while the control plane notices. */
    lose(name: string): void {
      powered.get(name)?.cut();
      powered.delete(name);
      clock.after(MONITOR_GRACE_MS, () => unreachable(name));
    },
    /** What a cloud does with a machine that is gone: the Node goes, and later the Pods that were there. */
    remove(name: string): void {
      const node = store.get('nodes', name);
      if (node !== undefined) store.remove('nodes', node);
      clock.after(QUARANTINE_MS, () => {
        for (const pod of podsOn(name)) collectOrphan(deps(), pod);
      });
    },
  };
}

function tolerationMs({ spec }: Pod): number {
  const tolerations = (spec.tolerations ?? []) as readonly { key?: string; tolerationSeconds?: number }[];
  const own = tolerations.find(({ key }) => key === 'node.kubernetes.io/unreachable');
  return (own?.tolerationSeconds ?? TOLERATION_SECONDS) * 1_000;
}
