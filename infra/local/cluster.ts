import type { AccessRules } from './api/access.ts';
import type { KubeObject, Pod } from './api/objects.ts';
import { createPodRegistry, type DeleteOptions } from './api/pod-registry.ts';
import { startApiServer } from './api/server.ts';
import { createStore } from './api/store.ts';
import { createWatches } from './api/watch.ts';
import { type Clock, createClosableClock, realClock, timestamp } from './clock.ts';
import { type Random, randomUuid } from './ids.ts';
import { kubeconfig } from './kubeconfig.ts';
import { startKubelet } from './kubelet/kubelet.ts';

export type LocalClusterOptions = {
  /** Time for everything the model does; the machine's own by default. */
  clock?: Clock | undefined;
  /** Changes of each kind that are kept to watch from; older resourceVersions expire. 1000 by default. */
  historyLimit?: number | undefined;
  /** UID of the `kube-system` namespace, which identifies a cluster; random by default. */
  clusterUid?: string | undefined;
  /** Address to listen on; loopback by default. There is no TLS: keep it there. */
  host?: string | undefined;
  /** 0, the default, takes any free port. */
  port?: number | undefined;
  /** Between bookmarks of a watch that asked for them; 60 s by default, as recorded. */
  bookmarkIntervalMs?: number | undefined;
  /** UIDs and container ids; `Math.random` by default. */
  random?: Random | undefined;
  /** How far each back-off is stretched, 0 (not) to 1 (by half), as the kubelet does at random; by default too. */
  jitter?: Random | undefined;
  /** Told about a failure inside the model; by default it is thrown as an uncaught exception. */
  onError?: ((error: unknown) => void) | undefined;
} & AccessRules;

export type LocalCluster = Awaited<ReturnType<typeof createLocalCluster>>;

/**
 * A Kubernetes cluster of one node inside this process: an API server on plain HTTP/1.1 that kubectl and watchers can
 * use, and a kubelet whose containers are small models of processes. For `npm run dev` and for tests.
 *
 * @throws the listen error (EADDRINUSE, EACCES) when the address cannot be had.
 */
export async function createLocalCluster(options: LocalClusterOptions = {}) {
  const { historyLimit = 1000, host = '127.0.0.1', port = 0, bookmarkIntervalMs = 60_000 } = options;
  const { random = Math.random, jitter = random, token, forbid, onError = throwLater } = options;
  const clock = createClosableClock(options.clock ?? realClock);
  const store = createStore({ historyLimit });
  const node = furnish(store, { clusterUid: options.clusterUid, nowMs: clock.nowMs(), random });
  const pods = createPodRegistry({ store, clock, random });
  const kubelet = startKubelet({ store, pods, clock, random, jitter, node, onError });
  const watches = createWatches({ store, clock, bookmarkIntervalMs });
  const access: AccessRules = { token, forbid };
  const server = await startApiServer({
    store,
    pods,
    watches,
    clock,
    random,
    access,
    logs: kubelet.logs,
    host,
    port,
  });

  return {
    /** `http://HOST:PORT`. */
    url: server.url,
    /** A kubeconfig file's text for this cluster. */
    kubeconfig: () => kubeconfig(server.url, token),
    /** Creates a namespace, if it is not there yet. */
    createNamespace(name: string): void {
      if (!store.get('namespaces', name)) {
        store.put('namespaces', namespace(name, randomUuid(random), clock.nowMs()));
      }
    },
    /**
     * Creates the Pod of a parsed manifest, in the manifest's namespace or `default`; the namespace must exist.
     *
     * @throws StatusError 409 when a Pod of that name exists, 404 without its namespace, 422 for a faulty spec.
     */
    applyManifest(manifest: Record<string, unknown>): Pod {
      const { namespace } = (manifest.metadata ?? {}) as { namespace?: unknown };
      return pods.create(typeof namespace === 'string' ? namespace : 'default', manifest);
    },
    /** Deletes a Pod as `kubectl delete` does. @throws StatusError 404 when there is none. */
    deletePod: (namespace: string, name: string, options: DeleteOptions = {}) =>
      pods.remove(namespace, name, options),
    /** The Pod as it stands. @throws StatusError 404 when there is none. */
    getPod: (namespace: string, name: string) => pods.get(namespace, name),
    kubelet: {
      killProcess: kubelet.killProcess,
      evictForNodePressure: kubelet.evictForNodePressure,
      resync: kubelet.resync,
    },
    /** Faults that tests provoke. */
    api: {
      /** Compacts the history: every resourceVersion handed out so far has expired. */
      expireHistory: () => store.forget(),
      /** Resets the connection of every open watch. */
      dropWatches: () => watches.drop(),
      /** While true no watch writes anything, bookmarks included: a half-open connection. What happens is lost. */
      holdWatchesSilent: (silent: boolean) => watches.setSilent(silent),
      /** Number of open watch streams. */
      openWatches: () => watches.size(),
      /** Replaces the access rules: a required token, forbidden verbs. */
      setAccess(rules: AccessRules) {
        Object.assign(access, { token: undefined, forbid: undefined }, rules);
      },
      /** The newest resourceVersion. */
      resourceVersion: () => String(store.version()),
      /** Calls back for each change of a kind, at the moment it is stored; returns the function that stops it. */
      onChange: (
        plural: 'pods' | 'events',
        listener: (change: { type: string; object: KubeObject; version: number }) => void,
      ) => store.subscribe(plural, listener),
    },
    /** Ends every stream, drops every timer, frees the port. Safe to call twice. */
    async close(): Promise<void> {
      kubelet.close();
      clock.close();
      await server.close();
    },
  };
}

/** What a fresh cluster has: four namespaces and one Ready node. Returns the node. */
function furnish(
  store: ReturnType<typeof createStore>,
  { clusterUid, nowMs, random }: { clusterUid: string | undefined; nowMs: number; random: Random },
): KubeObject {
  for (const name of ['kube-system', 'kube-public', 'kube-node-lease', 'default']) {
    const given = name === 'kube-system' ? clusterUid : undefined;
    store.put('namespaces', namespace(name, given ?? randomUuid(random), nowMs));
  }
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'KubeletReady',
    lastTransitionTime: timestamp(nowMs),
  };
  return store.put('nodes', {
    kind: 'Node',
    apiVersion: 'v1',
    metadata: {
      name: 'node1',
      uid: randomUuid(random),
      resourceVersion: '',
      creationTimestamp: timestamp(nowMs),
      labels: { 'kubernetes.io/hostname': 'node1', 'kubernetes.io/os': 'linux' },
    },
    spec: {},
    status: {
      conditions: [ready],
      nodeInfo: { kubeletVersion: 'v1.36.0' },
      capacity: { cpu: '2', pods: '110' },
    },
  });
}

function namespace(name: string, uid: string, nowMs: number): KubeObject {
  const labels = { 'kubernetes.io/metadata.name': name };
  return {
    kind: 'Namespace',
    apiVersion: 'v1',
    metadata: { name, uid, resourceVersion: '', creationTimestamp: timestamp(nowMs), labels },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  };
}

function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
