import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { WatcherDeps } from '../../../watcher/run/watcher-deps.ts';

type KubeObject = Record<string, unknown>;

const DEFINITIONS = ['hooksubscriptions', 'clusterhooksubscriptions'].map(
  (plural) => `infra/crds/offhook.dev_${plural}.yaml`,
);

const PATHS: Readonly<Record<string, string>> = {
  CustomResourceDefinition: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  ClusterHookSubscription: '/apis/offhook.dev/v1alpha1/clusterhooksubscriptions',
  HookSubscription: '/apis/offhook.dev/v1alpha1/namespaces/{}/hooksubscriptions',
  Secret: '/api/v1/namespaces/{}/secrets',
  Service: '/api/v1/namespaces/{}/services',
  EndpointSlice: '/apis/discovery.k8s.io/v1/namespaces/{}/endpointslices',
  Namespace: '/api/v1/namespaces',
};

/** A kubectl of few words for the embedded cluster. */
export function createKubectl(server: string) {
  async function call(method: string, path: string, body?: unknown, type = 'application/json') {
    const response = await fetch(`${server}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': type } }),
    });
    const answer = (await response.json()) as { readonly message?: string };
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer.message}`);
    return answer;
  }

  const pathOf = (kind: string, namespace = 'default') => (PATHS[kind] ?? '').replace('{}', namespace);
  const objectPath = (kind: string, name: string, namespace?: string) => `${pathOf(kind, namespace)}/${name}`;

  return {
    create(object: KubeObject) {
      const { namespace } = object.metadata as { namespace?: string };
      return call('POST', pathOf(String(object.kind), namespace), object);
    },
    get: (kind: string, name: string, namespace?: string) => call('GET', objectPath(kind, name, namespace)),
    patch: (kind: string, name: string, patch: unknown, namespace?: string) =>
      call('PATCH', objectPath(kind, name, namespace), patch, 'application/merge-patch+json'),
    remove: (kind: string, name: string, namespace?: string) =>
      call('DELETE', objectPath(kind, name, namespace)),
    async installDefinitions(): Promise<void> {
      for (const file of DEFINITIONS)
        for (const document of parseAllDocuments(readFileSync(file, 'utf8')))
          await call('POST', PATHS.CustomResourceDefinition ?? '', document.toJS());
    },
  };
}

export type Kubectl = ReturnType<typeof createKubectl>;

/** What leads a Service of the namespace to a server of this machine: a Pod, a Service and an EndpointSlice. */
export function receiverInCluster(url: string, { namespace = 'default', name = 'receiver' } = {}) {
  const { hostname, port } = new URL(url);
  const pod = {
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      annotations: { 'embedded.offhook.dev/pod-ip': hostname },
      labels: { app: name },
    },
    spec: { containers: [{ name: 'app', image: 'receiver:1' }] },
  };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { selector: { app: name }, ports: [{ port: 80, targetPort: Number(port), protocol: 'TCP' }] },
  };
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${name}-1`, namespace, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints: [
      { addresses: [hostname], conditions: { ready: true }, targetRef: { kind: 'Pod', name, namespace } },
    ],
    ports: [{ name: '', port: Number(port), protocol: 'TCP' }],
  };
  return { pod, service, slice };
}

/** Objects are followed, as a configuration without a word about it has it. */
export const TENANCY: NonNullable<WatcherDeps['config']['tenancy']> = {
  signingKeys: [],
  secretNamespaces: ['default'],
  quota: {
    subscriptions: 100,
    waiting: 10_000,
    waitingBytes: 64 * 1024 ** 2,
    perMinute: 6_000,
    concurrency: 32,
  },
};
