import { randomBytes } from 'node:crypto';
import type { LocalCluster } from '../../infra/local/cluster.ts';
import { EVENTS_PATH } from '../../protocol/http/receiver-paths.ts';
import { systemClock } from '../../settings/ambient/clock.ts';
import { delay } from '../../settings/ambient/delay.ts';
import { Secret } from '../../settings/secret.ts';
import type { WatcherConfig } from '../../watcher/config/watcher-config.ts';
import { deriveNamespaceKey, publicKeyText } from '../../watcher/tenancy/keys/namespace-key.ts';
import { customResourceDefinition } from '../schema/definition/custom-resource-definition.ts';

const NAMESPACE = 'default';
/** What stands in the cluster for dev's receiver: a Service, and the Pod behind it. */
const RECEIVER = 'offhook-receiver';
const KEY_BYTES = 32;
const POLL_MS = 50;
const DEADLINE_MS = 10_000;

/** Subscriptions as objects of the embedded cluster, for one run of dev. */
type DevTenancy = {
  readonly clusterUid: string;
  /** `whpk_…`: with its other half the namespace of hooks-pod signs. */
  readonly publicKey: string;
  readonly tenancy: NonNullable<WatcherConfig['tenancy']>;
};

/** Known before anything is started, so that the receiver can trust what comes. */
export function planDevTenancy(): DevTenancy {
  const clusterUid = crypto.randomUUID();
  const key = new Uint8Array(randomBytes(KEY_BYTES));
  return {
    clusterUid,
    publicKey: publicKeyText(deriveNamespaceKey(key, { clusterUid, namespace: NAMESPACE, generation: 1 })),
    tenancy: {
      signingKeys: [new Secret(key)],
      secretNamespaces: [NAMESPACE],
      quota: {
        subscriptions: 100,
        waiting: 10_000,
        waitingBytes: 64 * 1024 ** 2,
        perMinute: 6_000,
        concurrency: 32,
      },
    },
  };
}

/**
 * Installs the kinds of subscriptions in the embedded cluster, leads a Service of the namespace of hooks-pod to dev's own
 * receiver, and subscribes it to preStop. Resolves when its Pod runs: what runs before the watcher is no news.
 *
 * @param receiverUrl `http://HOST:PORT` of this machine.
 * @throws Error when the API server refuses one of them, or the Pod does not run within ten seconds.
 */
export async function subscribeInside(cluster: LocalCluster, receiverUrl: string): Promise<void> {
  const { hostname, port } = new URL(receiverUrl);
  cluster.applyManifest(standIn(hostname));
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  for (const kind of ['HookSubscription', 'ClusterHookSubscription'] as const)
    await create(cluster, definitions, customResourceDefinition(kind));
  await create(cluster, `/api/v1/namespaces/${NAMESPACE}/services`, service(Number(port)));
  const slices = `/apis/discovery.k8s.io/v1/namespaces/${NAMESPACE}/endpointslices`;
  await create(cluster, slices, endpointSlice(hostname, Number(port)));
  const subscriptions = `/apis/offhook.dev/v1alpha1/namespaces/${NAMESPACE}/hooksubscriptions`;
  await create(cluster, subscriptions, subscription());
  const startMs = systemClock.monotonicMs();
  while (cluster.getPod(NAMESPACE, RECEIVER).status.phase !== 'Running') {
    if (systemClock.monotonicMs() - startMs > DEADLINE_MS)
      throw new Error(`the Pod ${RECEIVER} of the embedded cluster did not start`);
    await delay(systemClock, POLL_MS);
  }
}

async function create(cluster: LocalCluster, path: string, object: object): Promise<void> {
  const response = await fetch(`${cluster.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(object),
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`the embedded cluster refused ${path}: ${response.status} ${answer}`);
}

function standIn(address: string) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: RECEIVER,
      namespace: NAMESPACE,
      labels: { app: RECEIVER },
      annotations: { 'embedded.offhook.dev/pod-ip': address },
    },
    spec: { containers: [{ name: 'receiver', image: 'offhook' }] },
  };
}

function service(targetPort: number) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: RECEIVER, namespace: NAMESPACE },
    spec: { selector: { app: RECEIVER }, ports: [{ port: 80, targetPort, protocol: 'TCP' }] },
  };
}

function endpointSlice(address: string, port: number) {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${RECEIVER}-1`,
      namespace: NAMESPACE,
      labels: { 'kubernetes.io/service-name': RECEIVER },
    },
    addressType: 'IPv4',
    endpoints: [
      {
        addresses: [address],
        conditions: { ready: true },
        targetRef: { kind: 'Pod', name: RECEIVER, namespace: NAMESPACE },
      },
    ],
    ports: [{ name: '', port, protocol: 'TCP' }],
  };
}

/** The receiver gets every event by dev's own subscription already, and knows one that comes twice. */
function subscription() {
  return {
    apiVersion: 'offhook.dev/v1alpha1',
    kind: 'HookSubscription',
    metadata: { name: 'drained', namespace: NAMESPACE },
    spec: {
      target: { service: { name: RECEIVER, port: 80, path: EVENTS_PATH } },
      hooks: ['preStop'],
    },
  };
}
