import type { Clock } from '../../../settings/ambient/clock.ts';
import type { Random } from '../ambient/ids.ts';
import type { PodRegistry } from '../api/pods/pod-registry.ts';
import type { ContainerLogs } from '../api/pods/write-pod.ts';
import type { KubeObject } from '../objects/kube-object.ts';
import type { Pod } from '../objects/pod.ts';
import type { Store, StoredChange } from '../store/store.ts';
import { createEventRecorder } from './node/event-recorder.ts';
import { timing } from './node/timing.ts';
import { createPodWorker, type PodWorker } from './pod/pod-worker.ts';
import { createPodWriter } from './pod-writer.ts';
import { lastRun } from './runtime/pod-runtime.ts';
import type { SimulatedRun } from './runtime/simulated-run.ts';

/**
 * Containers are models, but what stands for one may be a real server of this machine: its Pod says at which address, as
 * some networks of real clusters let it.
 */
const POD_IP_ANNOTATION = 'embedded.offhook.dev/pod-ip';

export type Kubelet = ReturnType<typeof startKubelet>;

type KubeletDeps = {
  store: Store;
  pods: PodRegistry;
  clock: Clock;
  random: Random;
  jitter: Random;
  node: KubeObject;
  /** Told about a failure inside the model; there should be none. */
  onError: (error: unknown) => void;
};

/**
 * The kubelet of one node: follows the Pods in the store and runs those that are placed there.
 *
 * Containers are not real: a small model of a process stands for each (see shell.ts for what it understands).
 */
export function startKubelet({ store, pods, clock, random, jitter, node, onError }: KubeletDeps) {
  const events = createEventRecorder({ store, clock, random, node: node.metadata.name });
  const workers = new Map<string, PodWorker>();
  const startedAtMs = clock.nowMs();
  let addresses = 0;

  const writer = createPodWriter({ store, pods });
  const { current } = writer;

  function notice({ type, object }: StoredChange): void {
    const pod = object as Pod;
    const { uid } = pod.metadata;
    const worker = workers.get(uid);
    if (type === 'DELETED') {
      workers.delete(uid);
      worker?.remove();
    } else if (worker) worker.update(current(pod) ?? pod);
    else if (pod.spec.nodeName === node.metadata.name && current(pod)) begin(pod);
  }

  function begin(pod: Pod): void {
    addresses += 1;
    const worker = createPodWorker(pod, {
      clock,
      random,
      jitter,
      events,
      writer,
      podIP:
        pod.metadata.annotations?.[POD_IP_ANNOTATION] ??
        `10.244.${Math.floor(addresses / 250) % 256}.${(addresses % 250) + 2}`,
      untilRelist: () => timing.relistPeriod - ((clock.nowMs() - startedAtMs) % timing.relistPeriod),
      onError,
    });
    workers.set(pod.metadata.uid, worker);
    worker.resync();
  }

  // The store's listeners must not write: what the node does about a change comes a moment later.
  const unsubscribe = store.subscribe('pods', (change) => {
    if (concernsKubelet(change)) clock.after(timing.notice, () => notice(change));
  });

  function workerOf(namespace: string, name: string): PodWorker {
    const worker = workers.get(pods.get(namespace, name).metadata.uid);
    if (!worker) throw new Error(`Pod ${namespace}/${name} has not been started by the kubelet yet`);
    return worker;
  }

  function liveRunOf(namespace: string, name: string, container: string): SimulatedRun {
    const run = lastRun(workerOf(namespace, name).runtime, container);
    if (!run || run.exit)
      throw new Error(`container ${container} of Pod ${namespace}/${name} is not running`);
    return run;
  }

  const logs: ContainerLogs = {
    read(pod, container, previous) {
      const runtime = workers.get(pod.metadata.uid)?.runtime;
      if (!runtime) return undefined;
      return (previous ? runtime.runs.get(container)?.at(-2) : lastRun(runtime, container))?.output();
    },
  };

  return {
    logs,
    /** Whether the Pod runs, or will run, on this node. */
    owns: (namespace: string, name: string) => pods.get(namespace, name).spec.nodeName === node.metadata.name,
    /** SIGKILL to a container's main process from outside: `kill -9`. */
    killProcess(namespace: string, name: string, container: string): void {
      liveRunOf(namespace, name, container).kill();
    },
    /** The same by the kernel, for memory beyond the container's limit: the runtime tells the reason. */
    killForMemory(namespace: string, name: string, container: string): void {
      liveRunOf(namespace, name, container).killForMemory();
    },
    /** Node-pressure eviction: the containers end with no deletionTimestamp, the Pod stays as Failed/Evicted. */
    evictForNodePressure(namespace: string, name: string, resource = 'memory'): void {
      const message = `The node was low on resource: ${resource}. `;
      const worker = workerOf(namespace, name);
      events.record(pods.get(namespace, name), { type: 'Warning', reason: 'Evicted', message });
      worker.evict(message);
    },
    /** One more sync of a Pod without a cause, as a kubelet makes now and then. */
    resync: (namespace: string, name: string) => workerOf(namespace, name).resync(),
    close(): void {
      unsubscribe();
      for (const worker of workers.values()) worker.stop();
      workers.clear();
    },
  };
}

/** The kubelet acts on a new assignment, a new spec, a deletion; its own status writes come back and change nothing. */
function concernsKubelet({ type, object, previous }: StoredChange): boolean {
  if (type !== 'MODIFIED' || !previous) return true;
  const [pod, before] = [object as Pod, previous as Pod];
  return (
    pod.spec !== before.spec ||
    pod.metadata.generation !== before.metadata.generation ||
    pod.metadata.deletionGracePeriodSeconds !== before.metadata.deletionGracePeriodSeconds
  );
}
