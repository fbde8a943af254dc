import { randomUUID } from 'node:crypto';

type Given = {
  readonly name?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly creationTimestamp?: string;
  readonly generation?: number;
  readonly annotations?: Record<string, string>;
  readonly spec?: Record<string, unknown>;
};

const TARGET = { target: { url: 'https://hooks.example.com/pods' } };

/** A HookSubscription as the API server has it. */
export function hookSubscription({
  name = 'billing',
  namespace = 'shop',
  spec = TARGET,
  ...given
}: Given = {}) {
  return {
    apiVersion: 'offhook.dev/v1alpha1',
    kind: 'HookSubscription',
    metadata: { name, namespace, ...metadata(given) },
    spec,
  };
}

/** A ClusterHookSubscription as the API server has it. */
export function clusterHookSubscription({
  name = 'everything',
  spec = { ...TARGET, namespaceSelector: {} },
  ...given
}: Omit<Given, 'namespace'> = {}) {
  return {
    apiVersion: 'offhook.dev/v1alpha1',
    kind: 'ClusterHookSubscription',
    metadata: { name, ...metadata(given) },
    spec,
  };
}

function metadata({
  uid = randomUUID(),
  creationTimestamp = '2026-01-01T00:00:00Z',
  generation = 1,
  annotations,
}: Given) {
  return {
    uid,
    creationTimestamp,
    generation,
    resourceVersion: '1',
    ...(annotations !== undefined && { annotations }),
  };
}
