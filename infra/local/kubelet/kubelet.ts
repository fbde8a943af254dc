import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../../settings/ambient/clock.ts';
import type { Random } from '../ambient/ids.ts';
import type { KubeObject, Pod, PodStatus } from '../api/objects.ts';
import type { ContainerLogs } from '../api/pod-handler.ts';
import type { PodRegistry } from '../api/pod-registry.ts';
import type { Change, Store } from '../api/store.ts';
import { createEventRecorder } from './event-recorder.ts';
import { lastRun } from './pod-runtime.ts';
import { createPodWorker, type PodWorker, type PodWriter } from './pod-worker.ts';
import { place, withPlacement } from './scheduler.ts';
import { timing } from './timing.ts';

export type Kubelet = ReturnType<typeof startKubelet>;

type KubeletDeps = {
  store: Store;
  pods: PodRegistry;
  clock: Clock;
  random: Random;
  jitter: Random;
  node: KubeObject;
  /** All nodes, for the kubelet that also schedules; none for the others. */
  schedules: readonly KubeObject[];
  /** Told about a failure inside the model; there should be none. */
  onError: (error: unknown) => void;
};

/**
 * The kubelet of one node, and on one of them the scheduler of all: follows the Pods in the store and runs them.
 *
 * Containers are not real: a small model of a process stands for each (see shell.ts for what it understands).
 */
export function startKubelet({ store, pods, clock, random, jitter, node, schedules, onError }: KubeletDeps) {
  const events = createEventRecorder({ store, clock, random, node: node.metadata.name });
  const workers = new Map<string, PodWorker>();
  const startedAtMs = clock.nowMs();
  let addresses = 0;

  const current = (pod: Pod): Pod | undefined => {
    const found = pods.find(pod.metadata.namespace ?? '', pod.metadata.name);
    return found?.metadata.uid === pod.metadata.uid ? found : undefined;
  };

  const writer: PodWriter = {
    current,
    writeStatus(stored, status) {
      const next = JSON.parse(JSON.stringify(status)) as PodStatus;
      if (!isDeepStrictEqual(next, JSON.parse(JSON.stringify(stored.status)))) {
        store.put('pods', { ...stored, status: next });
      }
    },
    finalDelete(pod) {
      const { namespace = '', name, uid } = pod.metadata;
      if (current(pod)) pods.remove(namespace, name, { gracePeriodSeconds: 0, uid });
    },
  };

  function schedule(pod: Pod): void {
    const waiting = current(pod);
    if (!waiting || waiting.spec.nodeName !== undefined || waiting.metadata.deletionTimestamp !== undefined)
      return;
    const placement = place(waiting, schedules);
    const { namespace, name } = waiting.metadata;
    store.put('pods', withPlacement(waiting, placement, clock.nowMs()));
    events.schedulerEvent(
      waiting,
      placement.kind === 'assigned'
        ? {
            type: 'Normal',
            reason: 'Scheduled',
            action: 'Binding',
            message: `Successfully assigned ${namespace}/${name} to ${placement.node}`,
          }
        : { type: 'Warning', reason: 'FailedScheduling', action: 'Scheduling', message: placement.message },
    );
  }

  function notice({ type, object }: Change): void {
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
      podIP: `10.244.${Math.floor(addresses / 250) % 256}.${(addresses % 250) + 2}`,
      untilRelist: () => timing.relistPeriod - ((clock.nowMs() - startedAtMs) % timing.relistPeriod),
      onError,
    });
    workers.set(pod.metadata.uid, worker);
    worker.resync();
  }

  // The store's listeners must not write: what the node does about a change comes a moment later.
  const unsubscribe = store.subscribe('pods', (change) => {
    if (change.type === 'ADDED' && schedules.length > 0)
      clock.after(timing.schedule, () => schedule(change.object as Pod));
    if (concernsKubelet(change)) clock.after(timing.notice, () => notice(change));
  });

  function workerOf(namespace: string, name: string): PodWorker {
    const worker = workers.get(pods.get(namespace, name).metadata.uid);
    if (!worker) throw new Error(`Pod ${namespace}/${name} has not been started by the kubelet yet`);
    return worker;
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
    /** SIGKILL to a container's main process from outside: `kill -9` or an OOM killer. */
    killProcess(namespace: string, name: string, container: string): void {
      const run = lastRun(workerOf(namespace, name).runtime, container);
      if (!run || run.exit)
        throw new Error(`container ${container} of Pod ${namespace}/${name} is not running`);
      run.kill();
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
function concernsKubelet({ type, object, previous }: Change): boolean {
  if (type !== 'MODIFIED' || !previous) return true;
  const [pod, before] = [object as Pod, previous as Pod];
  return (
    pod.spec !== before.spec ||
    pod.metadata.generation !== before.metadata.generation ||
    pod.metadata.deletionGracePeriodSeconds !== before.metadata.deletionGracePeriodSeconds
  );
}
