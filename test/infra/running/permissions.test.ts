import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { startOffhook } from '../../support/offhook-process.ts';
import { until } from '../../support/until.ts';
import { SECRET, untilReady } from '../../support/watch-config.ts';
import { renderChart, SMALLEST, type Values } from '../helm/render-chart.ts';
import { podsOf } from '../manifests/pods-of.ts';
import { allows, boundRules } from './granted.ts';
import { layOutPod } from './lay-out-pod.ts';
import { startRecordingApi } from './recording-api.ts';

const ALONE = ['get namespaces', 'list pods', 'watch pods', 'list events', 'watch events'];
const SCOPES: Readonly<Record<string, { readonly values: Values; readonly used: readonly string[] }>> = {
  'the whole cluster': { values: {}, used: ALONE },
  'one namespace': { values: { watch: { namespaces: ['default'] } }, used: ALONE },
  'two namespaces': { values: { watch: { namespaces: ['default', 'kube-public'] } }, used: ALONE },
  'Pods without kubelet Events': {
    values: { watch: { kubeletEvents: false } },
    used: ALONE.filter((act) => !act.endsWith('events')),
  },
  'one node': { values: { mode: 'per-node' }, used: ALONE },
  'the whole cluster, with a standby': {
    values: { replicas: 2 },
    used: [...ALONE, 'create leases', 'get leases', 'update leases'],
  },
};

describe('the rendered permissions', () => {
  it.each(Object.entries(SCOPES))('are those that a watcher of %s uses', async (_scope, { values, used }) => {
    // What subscriptions as objects take is in test/infra/helm/tenancy.test.ts.
    const tenancy = { enabled: false };
    const manifests = await renderChart({ ...SMALLEST, ...values, tenancy }, { namespace: 'default' });
    // Older servers have no streaming lists: then there is a list, too.
    const cluster = await createLocalCluster();
    onTestFinished(() => cluster.close());
    const api = await startRecordingApi(cluster.url);
    const root = temporaryDirectory();
    const [pod] = podsOf(manifests);
    if (pod === undefined) throw new Error('no Pod');
    const secrets = { 'offhook-signing': { bridge: SECRET } };
    const { args, env } = layOutPod(pod, { manifests, secrets, root });
    const watcher = startOffhook([...args, '--server', api.url], { env: { ...env, OFFHOOK_PORT: '0' } });
    await untilReady(watcher);
    if (used.includes('update leases')) {
      await until('the Lease is renewed', () => api.acts().some(({ verb }) => verb === 'update'));
    }
    const rules = boundRules(manifests, 'offhook');
    expect(api.acts().filter((act) => !rules.some((rule) => allows(rule, act)))).toEqual([]);

    const granted = rules.flatMap(({ rule }) => rule.verbs.map((verb) => `${verb} ${rule.resources.join()}`));
    expect([...new Set(granted)].sort()).toEqual([...used].sort());
    const { namespaces = [] } = (values.watch ?? {}) as { readonly namespaces?: readonly string[] };
    const readable = rules.filter(({ rule }) => rule.resources.includes('pods'));
    expect(readable.map(({ namespace }) => namespace).sort()).toEqual(
      namespaces.length === 0 ? [''] : namespaces,
    );
    const done = new Set(api.acts().map(({ verb, resource }) => `${verb} ${resource}`));
    // A list is asked of servers that cannot stream one.
    expect(used.filter((act) => !done.has(act) && !act.startsWith('list '))).toEqual([]);
  });
});
