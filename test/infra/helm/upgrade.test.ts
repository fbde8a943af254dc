import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { renderOverlay } from '../kustomize/render-kustomization.ts';
import { comparable } from '../manifests/comparable.ts';
import { type Manifest, pick } from '../manifests/manifest.ts';
import { podsOf } from '../manifests/pods-of.ts';
import { CHART, renderChart, SMALLEST, type Values } from './render-chart.ts';
import { RECEIVER } from './variants.ts';

/** What the API server lets nobody change of a StatefulSet; see its validation: ValidateStatefulSetUpdate. */
const CHANGEABLE = [
  ...['replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'minReadySeconds'],
  'persistentVolumeClaimRetentionPolicy',
];

const labels = (component: string) => ({
  'app.kubernetes.io/name': 'offhook',
  'app.kubernetes.io/instance': 'offhook',
  'app.kubernetes.io/component': component,
});

/** As version 0.1.0 has it. A change here is a version that nobody can upgrade to without losing the journal. */
const IMMUTABLE = {
  offhook: {
    serviceName: 'offhook',
    podManagementPolicy: 'Parallel',
    selector: { matchLabels: labels('watcher') },
    volumeClaimTemplates: [
      {
        metadata: { name: 'journal', labels: labels('watcher') },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    ],
  },
  'offhook-receiver': {
    serviceName: 'offhook-receiver',
    podManagementPolicy: 'Parallel',
    selector: { matchLabels: labels('receiver') },
    volumeClaimTemplates: [
      {
        metadata: { name: 'data', labels: labels('receiver') },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5Gi' } } },
      },
    ],
  },
} as const;

/** Choices that people make and change later. */
const LATER: Readonly<Record<string, Values>> = {
  'nothing else': {},
  'a standby': { replicas: 2 },
  'labels of their own': {
    commonLabels: { team: 'a' },
    podLabels: { b: 'c' },
    commonAnnotations: { d: 'e' },
  },
  'another image and configuration': { image: { tag: 'v2' }, cluster: 'renamed', log: { level: 'debug' } },
  'a network policy and one namespace': { networkPolicy: { enabled: true }, watch: { namespaces: ['shop'] } },
};

describe('what a cluster lets nobody change', () => {
  it.each(Object.entries(LATER))(
    'stays as it was in the first version when people choose %s',
    async (_choice, more) => {
      const manifests = await renderChart({ ...SMALLEST, receiver: RECEIVER, ...more });
      for (const [name, expected] of Object.entries(IMMUTABLE)) {
        expect(immutable(pick(manifests, 'StatefulSet', name))).toEqual(expected);
      }
    },
  );

  it('is the same with kustomize', async () => {
    const manifests = await renderOverlay({ components: ['receiver'] });
    for (const [name, expected] of Object.entries(IMMUTABLE)) {
      expect(immutable(pick(manifests, 'StatefulSet', name))).toEqual(expected);
    }
  });

  it('are the objects’ names, too: a journal is found by the name of its claim', async () => {
    const manifests = await renderChart({ ...SMALLEST, receiver: RECEIVER }, { release: 'prod' });
    expect(
      manifests.filter(({ kind }) => kind === 'StatefulSet').map(({ metadata }) => metadata.name),
    ).toEqual([...['prod-offhook-receiver', 'prod-offhook']]);
  });
});

describe('a new version of the chart', () => {
  it('changes no object beside what says its version, and makes new Pods only for its image', async () => {
    const next = temporaryDirectory();
    cpSync(CHART, next, { recursive: true });
    const file = join(next, 'Chart.yaml');
    const chart = readFileSync(file, 'utf8');
    const [before, after] = [parse(chart).version, '77.0.0'];
    writeFileSync(file, chart.replaceAll(before, after));
    const old = await renderChart(SMALLEST);
    const renewed = await renderChart(SMALLEST, { chart: next });
    expect(renewed.map(({ metadata }) => metadata.labels?.['app.kubernetes.io/version'])).toContain(after);
    const asBefore = JSON.parse(
      JSON.stringify(comparable(renewed)).replaceAll(`offhook:${after}`, `offhook:${before}`),
    );
    expect(asBefore).toEqual(comparable(old));
    const [oldPod, newPod] = [old, renewed].map((each) =>
      podsOf(each).find(({ of }) => of === 'StatefulSet/offhook'),
    );
    expect(newPod?.labels).toEqual(oldPod?.labels);
    expect(newPod?.annotations).toEqual(oldPod?.annotations);
  });

  it('makes new Pods when the configuration changes, and only then; not for subscriptions, which are followed', async () => {
    const checksum = async (more: Values) => {
      const pod = podsOf(await renderChart({ ...SMALLEST, ...more })).find(
        ({ of }) => of === 'StatefulSet/offhook',
      );
      return pod?.annotations['checksum/config'];
    };
    const first = await checksum({});
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await checksum({ resources: { limits: { memory: '1Gi' } } })).toBe(first);
    expect(await checksum({ log: { level: 'debug' } })).not.toBe(first);
    const [smallest] = SMALLEST.subscriptions as readonly [object];
    expect(await checksum({ subscriptions: [{ ...smallest, hooks: ['preStop'] }] })).toBe(first);
  });
});

function immutable({ spec = {} }: Manifest): Record<string, unknown> {
  return Object.fromEntries(Object.entries(spec).filter(([key]) => !CHANGEABLE.includes(key)));
}
