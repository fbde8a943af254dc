import { type Clock, systemClock } from '../../settings/ambient/clock.ts';
import { createClosableClock } from './ambient/closable-clock.ts';
import { type Random, randomUuid } from './ambient/ids.ts';
import { startApiServer } from './api/api-server.ts';
import { createDefinitions } from './api/custom/definitions.ts';
import type { AccessRules } from './api/http/access-rules.ts';
import { createRequestFaults } from './api/http/request-faults.ts';
import { servedKinds } from './api/kinds/served-kinds.ts';
import type { DeleteOptions } from './api/pods/delete-options.ts';
import { createPodRegistry } from './api/pods/pod-registry.ts';
import { createWatches } from './api/read/watches.ts';
import { createClusterFaults } from './cluster-faults.ts';
import { namespaceObject, putFreshObjects } from './fresh-objects.ts';
import { kubeconfig } from './kubeconfig.ts';
import { allKubelets } from './kubelet/all-kubelets.ts';
import { createEventRecorder } from './kubelet/node/event-recorder.ts';
import { startScheduler } from './kubelet/scheduler.ts';
import { createLocalNodes } from './nodes/local-nodes.ts';
import type { Pod } from './objects/pod.ts';
import { createStore } from './store/store.ts';

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
  /** Names of the nodes; one, `node1`, by default. A Pod goes to the emptiest that its nodeSelector allows. */
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
  const { random = Math.random, jitter = random, onError = throwLater } = options;
  const clock = createClosableClock(options.clock ?? systemClock);
  const store = createStore({ historyLimit });
  putFreshObjects(store, { clusterUid: options.clusterUid, nowMs: clock.nowMs(), random });
  const pods = createPodRegistry({ store, clock, random });
  const events = createEventRecorder({ store, clock, random, node: '' });
  startScheduler({ store, events, clock });
  const nodes = createLocalNodes({ store, pods, clock, random, jitter, onError });
  for (const name of options.nodes ?? ['node1']) nodes.add(name);
  const kubelet = allKubelets(nodes.kubelets);
  const watches = createWatches({ store, clock, bookmarkIntervalMs });
  const { token, forbid, grant } = options;
  const access: AccessRules = { token, forbid, grant };
  const definitions = createDefinitions({ store, clock, random });
  const resources = () => [...builtIn, ...definitions.kinds()];
  const kindDeps = { store, clock, random, pods, logs: kubelet.logs, access, resources };
  const builtIn = [...servedKinds(kindDeps), definitions.resource];
  const faults = createRequestFaults();
  const server = await startApiServer({ ...kindDeps, watches, faults, host, port });

  return {
    /** `http://HOST:PORT`. */
    url: server.url,
    /** A kubeconfig file's text for this cluster. */
    kubeconfig: () => kubeconfig(server.url, token),
    /** Creates a namespace, if it is not there yet. */
    createNamespace(name: string): void {
      if (!store.get('namespaces', name)) {
        store.put('namespaces', namespaceObject(name, randomUuid(random), clock.nowMs()));
      }
    },
    /**
     * Creates the Pod of a parsed manifest, in the manifest's namespace or `default`; the namespace must exist.
     *
     * @throws ApiStatusError 409 when a Pod of that name exists, 404 without its namespace, 422 for a faulty spec.
     */
    applyManifest(manifest: Record<string, unknown>): Pod {
      const { namespace } = (manifest.metadata ?? {}) as { namespace?: unknown };
      return pods.create(typeof namespace === 'string' ? namespace : 'default', manifest);
    },
    /** Deletes a Pod as `kubectl delete` does. @throws ApiStatusError 404 when there is none. */
    deletePod: (namespace: string, name: string, options: DeleteOptions = {}) =>
      pods.remove(namespace, name, options),
    /** Evicts a Pod as `kubectl drain` does, with a reason in its status. @throws ApiStatusError 404 when there is none. */
    evictPod: (namespace: string, name: string) => pods.evict(namespace, name, {}),
    /** The Pod as it stands. @throws ApiStatusError 404 when there is none. */
    getPod: (namespace: string, name: string) => pods.get(namespace, name),
    kubelet: {
      killProcess: kubelet.killProcess,
      killForMemory: kubelet.killForMemory,
      evictForNodePressure: kubelet.evictForNodePressure,
      resync: kubelet.resync,
    },
    nodes: { add: nodes.add, lose: nodes.lose, remove: nodes.remove },
    /** Faults that tests provoke. */
    api: createClusterFaults({ store, watches, access, faults }),
    /** Ends every stream, drops every timer, frees the port. Safe to call twice. */
    async close(): Promise<void> {
      kubelet.close();
      clock.close();
      faults.release();
      await server.close();
    },
  };
}

function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
