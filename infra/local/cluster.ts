import { type Clock, systemClock } from '../../settings/ambient/clock.ts';
import { createClosableClock } from './ambient/closable-clock.ts';
import { type Random, randomUuid } from './ambient/ids.ts';
import { timestamp } from './ambient/timestamp.ts';
import type { AccessRules } from './api/http/access.ts';
import type { KubeObject, Pod } from './api/objects.ts';
import { createPodRegistry, type DeleteOptions } from './api/pod-registry.ts';
import { startApiServer } from './api/server.ts';
import { createStore } from './api/store.ts';
import { createWatches } from './api/watch.ts';
import { kubeconfig } from './kubeconfig.ts';
import { type Kubelet, startKubelet } from './kubelet/kubelet.ts';

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
  /** Names of the nodes; one, `node1`, by default. A Pod goes to the first that its nodeSelector allows. */
  nodes?: readonly [string, ...string[]] | undefined;
  /** Told about a failure inside the model; by default it is thrown as an uncaught exception. */
  onError?: ((error: unknown) => void) | undefined;
} & AccessRules;

export type LocalCluster = Awaited<ReturnType<typeof createLocalCluster>>;

/**
 * A Kubernetes cluster inside this process: an API server on plain HTTP/1.1 that kubectl and watchers can use, and a
 * kubelet for each of its nodes whose containers are small models of processes. For `npm run dev` and for tests.
 *
 * @throws the listen error (EADDRINUSE, EACCES) when the address cannot be had.
 */
export async function createLocalCluster(options: LocalClusterOptions = {}) {
  const { historyLimit = 1000, host = '127.0.0.1', port = 0, bookmarkIntervalMs = 60_000 } = options;
  const { random = Math.random, jitter = random, token, forbid, onError = throwLater } = options;
  const clock = createClosableClock(options.clock ?? systemClock);
  const store = createStore({ historyLimit });
  const names = options.nodes ?? ['node1'];
  const nodes = furnish(store, { clusterUid: options.clusterUid, names, nowMs: clock.nowMs(), random });
  const pods = createPodRegistry({ store, clock, random });
  const kubelets = nodes.map((node, index) =>
    startKubelet({ store, pods, clock, random, jitter, node, onError, schedules: index === 0 ? nodes : [] }),
  );
  const kubelet = oneOf(kubelets);
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
      /** A Lease as it stands. */
      lease: (namespace: string, name: string) => store.get('leases', `${namespace}/${name}`),
      /** The newest resourceVersion. */
      resourceVersion: () => String(store.version()),
      /** Calls back for each change of a kind, at the moment it is stored; returns the function that stops it. */
      onChange: (
        plural: 'pods' | 'events' | 'leases',
        listener: (change: { type: string; object: KubeObject; version: number }) => void,
      ) => store.subscribe(plural, listener),
    },
    /** Ends every stream, drops every timer, frees the port. Safe to call twice. */
    async close(): Promise<void> {
      for (const each of kubelets) each.close();
      clock.close();
      await server.close();
    },
  };
}

/** What a fresh cluster has: four namespaces and its nodes, Ready. Returns the nodes. */
function furnish(
  store: ReturnType<typeof createStore>,
  {
    clusterUid,
    names,
    nowMs,
    random,
  }: { clusterUid: string | undefined; names: readonly string[]; nowMs: number; random: Random },
): KubeObject[] {
  for (const name of ['kube-system', 'kube-public', 'kube-node-lease', 'default']) {
    const given = name === 'kube-system' ? clusterUid : undefined;
    store.put('namespaces', namespace(name, given ?? randomUuid(random), nowMs));
  }
  return names.map((name) => store.put('nodes', readyNode(name, randomUuid(random), nowMs)));
}

function readyNode(name: string, uid: string, nowMs: number): KubeObject {
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'KubeletReady',
    lastTransitionTime: timestamp(nowMs),
  };
  return {
    kind: 'Node',
    apiVersion: 'v1',
    metadata: {
      name,
      uid,
      resourceVersion: '',
      creationTimestamp: timestamp(nowMs),
      labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' },
    },
    spec: {},
    status: {
      conditions: [ready],
      nodeInfo: { kubeletVersion: 'v1.36.0' },
      capacity: { cpu: '2', pods: '110' },
    },
  };
}

/** The kubelets as one: each call goes to the one whose Pod it is about. */
function oneOf(kubelets: readonly Kubelet[]): Omit<Kubelet, 'close' | 'owns'> {
  const of = (namespace: string, name: string): Kubelet => {
    const found = kubelets.find((kubelet) => kubelet.owns(namespace, name));
    if (!found) throw new Error(`Pod ${namespace}/${name} is on no node yet`);
    return found;
  };
  return {
    logs: {
      read: (pod, container, previous) =>
        kubelets
          .map(({ logs }) => logs.read(pod, container, previous))
          .find((output) => output !== undefined),
    },
    killProcess: (namespace, name, container) => of(namespace, name).killProcess(namespace, name, container),
    evictForNodePressure: (namespace, name, resource) =>
      of(namespace, name).evictForNodePressure(namespace, name, resource),
    resync: (namespace, name) => of(namespace, name).resync(namespace, name),
  };
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
