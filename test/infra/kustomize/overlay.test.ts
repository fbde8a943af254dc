import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { renderChart, SMALLEST } from '../helm/render-chart.ts';
import { FENCING } from '../helm/variants.ts';
import { comparable } from '../manifests/comparable.ts';
import { pick, titleOf } from '../manifests/manifest.ts';
import { podFaults } from '../manifests/pod-rules.ts';
import { podsOf } from '../manifests/pods-of.ts';
import { typeFaults } from '../manifests/type-faults.ts';
import { boundRules } from '../running/granted.ts';
import { KUSTOMIZE, renderFolder, renderOverlay } from './render-kustomization.ts';

const COMPONENTS = readdirSync(join(KUSTOMIZE, 'components'));

describe('the overlay to copy', () => {
  const rendering = renderFolder(join(KUSTOMIZE, 'overlays/default'));

  it('has the namespace with Pod Security restricted, the base, and a network policy', async () => {
    const titles = (await rendering).map((each) => titleOf(each).replace(/-[a-z0-9]{10}$/, '-HASH'));
    expect(titles.sort()).toEqual(
      [
        ...[
          'ClusterRole/offhook-watcher',
          'ClusterRoleBinding/offhook-watcher',
          'ClusterRole/offhook-subscriptions-view',
          'ClusterRole/offhook-subscriptions-edit',
          'ConfigMap/offhook-config-HASH',
          'CustomResourceDefinition/hooksubscriptions.offhook.dev',
          'CustomResourceDefinition/clusterhooksubscriptions.offhook.dev',
        ],
        ...['Namespace/offhook', 'NetworkPolicy/offhook', 'PodDisruptionBudget/offhook', 'Service/offhook'],
        ...['ServiceAccount/offhook', 'StatefulSet/offhook'],
      ].sort(),
    );
    const { labels } = pick(await rendering, 'Namespace').metadata;
    expect(labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
    expect((await rendering).flatMap(typeFaults)).toEqual([]);
  });

  it('has its own configuration, whose change gives the Pods another name to read', async () => {
    const manifests = await rendering;
    const config = manifests.find(({ kind }) => kind === 'ConfigMap');
    expect(parse(config?.data?.['offhook.yaml'] ?? '')).toMatchObject({
      dataDir: '/var/lib/offhook/journal',
    });
    const other = (await renderOverlay({ components: ['standby'] })).find(({ kind }) => kind === 'ConfigMap');
    expect(other?.metadata.name).not.toBe(config?.metadata.name);
    expect(JSON.stringify(pick(manifests, 'StatefulSet'))).toContain(config?.metadata.name);
  });

  it('shows how another subscription’s secret is mounted', async () => {
    const value = {
      secret: { name: 'offhook-signing', items: [{ key: 'crm', path: 'secrets/crm/signing' }] },
    };
    const op = { op: 'add', path: '/spec/template/spec/volumes/0/projected/sources/-', value };
    const patches = [{ target: { kind: 'StatefulSet', name: 'offhook' }, patch: JSON.stringify([op]) }];
    const [pod] = podsOf(await renderOverlay({ more: { patches } }));
    expect(pod?.spec.volumes?.[0]?.projected?.sources).toContainEqual(value);
    expect(pod && podFaults(pod)).toEqual([]);
  });
});

describe('the overlay for some namespaces', () => {
  it('lets the watcher read the Pods of each of them, and of no other', async () => {
    const manifests = await renderFolder(join(KUSTOMIZE, 'overlays/namespaces'));
    const config = manifests.find(({ kind }) => kind === 'ConfigMap');
    const { watch } = parse(config?.data?.['offhook.yaml'] ?? '');
    const readers = boundRules(manifests, 'offhook').filter(({ rule }) => rule.resources.includes('pods'));
    expect(readers.map(({ namespace }) => namespace).sort()).toEqual([...watch.namespaces].sort());
    const bindings = manifests.filter(({ kind }) => kind === 'RoleBinding');
    expect(bindings.map(({ subjects }) => subjects?.[0]?.namespace)).toEqual(['offhook', 'offhook']);
    expect(manifests.flatMap(typeFaults)).toEqual([]);
  });
});

describe('the fence around Services', () => {
  it('is the one that the chart has, and is in no namespace', async () => {
    const fence = await renderFolder(join(KUSTOMIZE, 'admission-policy'));
    const chart = await renderChart(SMALLEST, FENCING);
    expect(comparable(fence)).toEqual(
      comparable(chart.filter(({ kind }) => kind.startsWith('ValidatingAdmissionPolicy'))),
    );
    expect(Object.keys(comparable(fence))).toHaveLength(2);
    expect(fence.flatMap(typeFaults)).toEqual([]);
  });
});

describe('a namespace whose Secrets may be read', () => {
  it('has the Role that the chart makes there', async () => {
    const values = { ...SMALLEST, tenancy: { secretNamespaces: ['shop'] } };
    const chart = (await renderChart(values)).filter(
      ({ metadata }) => metadata.name === 'offhook-credentials',
    );
    const rendered = await renderFolder(join(KUSTOMIZE, 'credentials'));
    expect(rendered.map(({ kind, rules, roleRef }) => ({ kind, rules, roleRef }))).toEqual(
      chart.map(({ kind, rules, roleRef }) => ({ kind, rules, roleRef })),
    );
  });
});

describe('each component', () => {
  it.each(COMPONENTS)('%s can be added to the base', async (name) => {
    expect((await renderOverlay({ components: [name] })).length).toBeGreaterThan(0);
  });
});
