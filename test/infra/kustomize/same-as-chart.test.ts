import { describe, expect, it } from 'vitest';
import {
  type RenderOptions,
  renderChart,
  SMALLEST as SMALLEST_VALUES,
  type Values,
} from '../helm/render-chart.ts';
import { comparable } from '../manifests/comparable.ts';
import { networkFaults } from '../manifests/network-rules.ts';
import { objectFaults } from '../manifests/object-rules.ts';
import { podFaults } from '../manifests/pod-rules.ts';
import { podsOf } from '../manifests/pods-of.ts';
import { typeFaults } from '../manifests/type-faults.ts';
import { type Overlay, renderOverlay } from './render-kustomization.ts';

/** A kustomization makes no key by itself: it names a Secret. */
const SMALLEST: Values = {
  ...SMALLEST_VALUES,
  tenancy: { signingKey: { name: 'offhook-signing', key: 'tenancy' } },
};

/** The receiver as the component has it: TLS by itself, a page with a token. */
const RECEIVER: Values = {
  enabled: true,
  signingSecret: { name: 'offhook-signing', key: 'bridge' },
  tls: { secretName: 'offhook-receiver-tls' },
  page: { tokenSecret: { name: 'offhook-page', key: 'token' } },
};
const rendered = { enabled: true, renderMode: 'alwaysRender' };
const monitored: Values = { metrics: { podMonitor: rendered, rules: rendered } };
const fenced: Values = { networkPolicy: { enabled: true } };

type Choice = { readonly overlay: Overlay; readonly values: Values; readonly options?: RenderOptions };

/** The same choices, told to each of the two. */
const CHOICES: Readonly<Record<string, Choice>> = {
  'nothing chosen': { overlay: {}, values: SMALLEST },
  'another namespace': {
    overlay: { namespace: 'platform' },
    values: SMALLEST,
    options: { namespace: 'platform' },
  },
  'a standby in another namespace': {
    overlay: { namespace: 'platform', components: ['standby'] },
    values: { ...SMALLEST, replicas: 2 },
    options: { namespace: 'platform' },
  },
  'a standby': { overlay: { components: ['standby'] }, values: { ...SMALLEST, replicas: 2 } },
  'one watcher a node': { overlay: { components: ['per-node'] }, values: { ...SMALLEST, mode: 'per-node' } },
  'one namespace': {
    overlay: { namespaces: ['shop'] },
    values: { ...SMALLEST, watch: { namespaces: ['shop'] } },
  },
  'three namespaces': {
    overlay: { namespaces: ['blog', 'pay', 'shop'] },
    values: { ...SMALLEST, watch: { namespaces: ['blog', 'pay', 'shop'] } },
  },
  'a network policy': { overlay: { components: ['network-policy'] }, values: { ...SMALLEST, ...fenced } },
  monitoring: { overlay: { components: ['monitoring'] }, values: { ...SMALLEST, ...monitored } },
  'a receiver, too': { overlay: { components: ['receiver'] }, values: { ...SMALLEST, receiver: RECEIVER } },
  'a receiver alone': {
    overlay: { withoutBase: true, components: ['receiver', 'receiver-network-policy'] },
    values: { watcher: { enabled: false }, receiver: RECEIVER, ...fenced },
  },
  'everything at once': {
    overlay: {
      components: [
        'standby',
        'network-policy',
        'monitoring',
        'receiver',
        'receiver-network-policy',
        'receiver-monitoring',
        'openshift',
      ],
    },
    values: { ...SMALLEST, ...fenced, ...monitored, replicas: 2, receiver: RECEIVER, openshift: 'enabled' },
  },
  'every node on OpenShift': {
    overlay: { components: ['per-node', 'openshift'] },
    values: { ...SMALLEST, mode: 'per-node', openshift: 'enabled' },
  },
  'a mirror': {
    overlay: {
      more: { images: [{ name: 'ghcr.io/offhook/offhook', newName: 'mirror.example/o', newTag: 'v9' }] },
    },
    values: { ...SMALLEST, image: { registry: 'mirror.example', repository: 'o', tag: 'v9' } },
  },
  'a digest': {
    overlay: { more: { images: [{ name: 'ghcr.io/offhook/offhook', digest: `sha256:${'ab'.repeat(32)}` }] } },
    values: { ...SMALLEST, image: { digest: `sha256:${'ab'.repeat(32)}` } },
  },
};

describe.each(Object.entries(CHOICES))('%s', (_choice, { overlay, values, options }) => {
  const rendering = renderOverlay(overlay);

  it('is the same with kustomize as with Helm', async () => {
    expect(comparable(await rendering)).toEqual(comparable(await renderChart(values, options)));
  });

  it('keeps to the rules', async () => {
    const manifests = await rendering;
    const onOpenShift = overlay.components?.includes('openshift') === true;
    const isFenced = overlay.components?.some((name) => name.endsWith('network-policy')) === true;
    const pods = podsOf(manifests);
    expect(pods.length).toBeGreaterThan(0);
    expect(pods.flatMap((pod) => podFaults(pod, { onOpenShift }))).toEqual([]);
    expect(isFenced ? pods.flatMap((pod) => networkFaults(pod, manifests)) : []).toEqual([]);
    expect(objectFaults(manifests)).toEqual([]);
    expect(manifests.flatMap(typeFaults)).toEqual([]);
  });
});
