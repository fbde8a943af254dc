import { onTestFinished } from 'vitest';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { runHere } from '../../support/run-here.ts';
import { createKubectl } from '../../watcher/run/tenants.ts';

/** A status as a watcher writes it. */
export const FAILING = {
  observedGeneration: 1,
  conditions: [
    condition('Ready', 'True', 'Accepted', 'All that the spec refers to was found.'),
    condition('Delivering', 'False', 'ReceiverFailing', 'The receiver takes nothing (it answers 5xx).'),
  ],
  target: 'https://hooks.example.com',
  publicKeys: ['whpk_one'],
  pending: 12,
  deadLetters: 1,
  lastDelivery: { time: '2026-01-01T00:00:00Z', statusCode: 204, latencyMilliseconds: 31 },
  lastFailure: { time: '2026-01-02T00:00:00Z', statusCode: 503, class: 'ServerError' },
};

export function condition(type: string, status: string, reason: string, message: string) {
  const lastTransitionTime = '2026-01-01T00:00:00Z';
  return { type, status, reason, message, observedGeneration: 1, lastTransitionTime };
}

/** An embedded cluster with the kinds installed, or without; `offhook subscription …` with it. */
export async function subscribingCluster({ crds = true } = {}) {
  const local = await createLocalCluster();
  onTestFinished(() => local.close());
  const kubectl = createKubectl(local.url);
  if (crds) await kubectl.installDefinitions();
  const path = (namespace: string | null, name: string) =>
    namespace === null
      ? `/apis/offhook.dev/v1alpha1/clusterhooksubscriptions/${name}`
      : `/apis/offhook.dev/v1alpha1/namespaces/${namespace}/hooksubscriptions/${name}`;
  return {
    local,
    kubectl,
    run: (...argv: readonly string[]) => runHere(['subscription', ...argv, '--server', local.url]),
    async subscribe(namespace: string | null, name: string, spec: Record<string, unknown> = {}) {
      if (namespace !== null && namespace !== 'default' && !namespaces.has(`${local.url} ${namespace}`)) {
        namespaces.add(`${local.url} ${namespace}`);
        local.createNamespace(namespace);
      }
      await kubectl.create({
        apiVersion: 'offhook.dev/v1alpha1',
        kind: namespace === null ? 'ClusterHookSubscription' : 'HookSubscription',
        metadata: namespace === null ? { name } : { name, namespace },
        spec: { target: { url: 'https://hooks.example.com/secret-path' }, ...spec },
      });
    },
    async report(namespace: string | null, name: string, status: Record<string, unknown>) {
      const response = await fetch(`${local.url}${path(namespace, name)}/status`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/merge-patch+json' },
        body: JSON.stringify({ status }),
      });
      if (!response.ok) throw new Error(await response.text());
    },
  };
}

const namespaces = new Set<string>();
