import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { pick } from '../manifests/manifest.ts';
import { type PolicySpec, policiesOf } from '../manifests/network-rules.ts';
import { podsOf } from '../manifests/pods-of.ts';
import { CHART, renderChart, SMALLEST, type Values } from './render-chart.ts';
import { RECEIVER, VARIANTS } from './variants.ts';

const VERSION = JSON.parse(readFileSync(join(CHART, '../../../package.json'), 'utf8')).version;
const DIGEST = `sha256:${'ab'.repeat(32)}`;
const IMAGES: readonly (readonly [values: Values, image: string])[] = [
  [{}, `ghcr.io/offhook/offhook:${VERSION}`],
  [{ image: { tag: 'v9' } }, 'ghcr.io/offhook/offhook:v9'],
  [{ image: { tag: 'v9', digest: DIGEST } }, `ghcr.io/offhook/offhook@${DIGEST}`],
  [{ image: { registry: '', repository: 'offhook' } }, `offhook:${VERSION}`],
  [
    { image: { registry: 'a.example' }, global: { imageRegistry: 'b.example' } },
    `b.example/offhook/offhook:${VERSION}`,
  ],
];

describe('images', () => {
  it.each(IMAGES)('with %j are %s in every Pod', async (values, image) => {
    const pods = podsOf(await renderChart({ ...SMALLEST, receiver: RECEIVER, ...values }));
    expect(pods).toHaveLength(3);
    for (const { of, spec } of pods)
      expect(
        spec.containers.map((each) => each.image),
        of,
      ).toEqual([image]);
  });

  it('are pulled with the Secrets of the chart and of its parents', async () => {
    const values = {
      ...SMALLEST,
      image: { pullSecrets: [{ name: 'b' }] },
      global: { imagePullSecrets: [{ name: 'a' }] },
    };
    for (const { spec } of podsOf(await renderChart(values))) {
      expect(spec).toMatchObject({ imagePullSecrets: [{ name: 'a' }, { name: 'b' }] });
    }
  });
});

describe('configuration', () => {
  it('names a file for every secret, which the Pod mounts there', async () => {
    const manifests = await renderChart(VARIANTS['secrets of every kind']?.values ?? {});
    const config = parse(pick(manifests, 'ConfigMap').data?.['offhook.yaml'] ?? '');
    const at = '/etc/offhook/secrets';
    expect(config).toMatchObject({
      proxy: { file: `${at}/proxy` },
      subscriptions: [
        {
          signingSecretFile: `${at}/bridge/signing`,
          previousSecretFiles: [`${at}/bridge/previous-0`, `${at}/bridge/previous-1`],
          bearerTokenFile: `${at}/bridge/bearer`,
          tls: {
            caFile: `${at}/bridge/ca.crt`,
            clientCertificate: { certFile: `${at}/bridge/tls.crt`, keyFile: `${at}/bridge/tls.key` },
          },
          proxy: { file: `${at}/bridge/proxy` },
        },
        { eventBridge: { busName: 'offhook' } },
      ],
    });
    const [pod] = podsOf(manifests);
    const paths = pod?.spec.volumes?.[0]?.projected?.sources.flatMap(({ secret }) => secret?.items ?? []);
    expect(paths?.map(({ key, path }) => [key, `/etc/offhook/${path}`])).toEqual([
      ['signing-key', '/etc/offhook/tenancy/signing-key'],
      ['url', `${at}/proxy`],
      ['now', `${at}/bridge/signing`],
      ['before', `${at}/bridge/previous-0`],
      ['long-ago', `${at}/bridge/previous-1`],
      ['bridge', `${at}/bridge/bearer`],
      ['root', `${at}/bridge/ca.crt`],
      ['tls.crt', `${at}/bridge/tls.crt`],
      ['tls.key', `${at}/bridge/tls.key`],
      ['partner', `${at}/bridge/proxy`],
    ]);
  });

  it('accepts a volatile journal only where there is no volume, and names its Lease only with a standby', async () => {
    const configOf = async (more: Values) =>
      parse(pick(await renderChart({ ...SMALLEST, ...more }), 'ConfigMap').data?.['offhook.yaml'] ?? '');
    expect((await configOf({})).journal).not.toHaveProperty('allowVolatile');
    expect(await configOf({})).not.toHaveProperty('standby');
    expect((await configOf({ persistence: { enabled: false } })).journal).toMatchObject({
      allowVolatile: true,
    });
    expect((await configOf({ mode: 'per-node' })).journal).toMatchObject({ allowVolatile: true });
    expect(await configOf({ replicas: 2 })).toMatchObject({ standby: { lease: { name: 'offhook' } } });
  });

  it('writes large numbers as numbers', async () => {
    const values = { ...SMALLEST, receiver: { ...RECEIVER, limits: { maxWaiting: 10_000_000 } } };
    const { data } = pick(await renderChart(values), 'ConfigMap', 'offhook-receiver-config');
    expect(data?.['offhook-receiver.yaml']).toContain('maxWaiting: 10000000');
  });

  it('bounds connections by address behind an Ingress as much as in all', async () => {
    const receiver = {
      ...RECEIVER,
      ingress: { enabled: true, host: 'offhook.example' },
      limits: { connections: 2048 },
    };
    const { data } = pick(
      await renderChart({ ...SMALLEST, receiver }),
      'ConfigMap',
      'offhook-receiver-config',
    );
    expect(parse(data?.['offhook-receiver.yaml'] ?? '').limits).toMatchObject({
      ...{ connections: 2048, connectionsPerAddress: 2048 },
    });
  });
});

describe('several replicas', () => {
  it('are on different nodes, one alone is anywhere', async () => {
    const spreadOf = async (replicas: number) =>
      podsOf(await renderChart({ ...SMALLEST, replicas }))[0]?.spec.topologySpreadConstraints;
    expect(await spreadOf(1)).toBeUndefined();
    expect(await spreadOf(2)).toMatchObject([
      { topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule', maxSkew: 1 },
    ]);
  });
});

describe('the network policy', () => {
  it('lets the watcher call the ports that its subscriptions and proxies name, and no others', async () => {
    const subscriptions = [
      { name: 'a', url: 'https://receiver.example:8443/events', secret: { name: 's', key: 'k' } },
      {
        name: 'b',
        url: 'http://receiver.example/events',
        secret: { name: 's', key: 'k' },
        proxy: { url: 'http://p.example:3128' },
      },
      { name: 'c', eventBridge: { busName: 'c', endpoint: 'https://vpce.example:8444' } },
    ];
    const values = { subscriptions, proxy: { url: 'none' }, networkPolicy: { enabled: true } };
    expect(await calledPorts(values)).toEqual([53, 53, 443, 6443, 8443, 80, 3128, 8444]);
    const alone = { ...SMALLEST, networkPolicy: { enabled: true }, tenancy: { enabled: false } };
    expect(await calledPorts(alone)).toEqual([53, 53, 443, 6443]);
    const egress = {
      ports: [443, 9443],
      allow: [{ namespaces: ['shop'], hosts: ['a.shop'], allowHttp: true }],
    };
    expect(await calledPorts({ ...alone, tenancy: { enabled: true }, egress })).toEqual([
      53, 53, 443, 6443, 9443, 80,
    ]);
  });

  it('lets in who may read the metrics, and nobody where nobody is named', async () => {
    const ingressOf = async (networkPolicy: Values) =>
      (await policyOf({ ...SMALLEST, networkPolicy })).ingress;
    const from = [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }];
    expect(await ingressOf({ enabled: true })).toEqual([
      { from, ports: [{ protocol: 'TCP', port: 'http' }] },
    ]);
    expect(await ingressOf({ enabled: true, metricsFrom: [] })).toEqual([]);
  });
});

async function policyOf(values: Values): Promise<PolicySpec> {
  const manifests = await renderChart(values);
  const pod = podsOf(manifests).find(({ of }) => of === 'StatefulSet/offhook');
  const [policy] = pod === undefined ? [] : policiesOf(pod, manifests);
  if (policy === undefined) throw new Error('no policy selects the watcher');
  return policy;
}

async function calledPorts(values: Values): Promise<unknown[]> {
  return ((await policyOf(values)).egress ?? []).flatMap(({ ports = [] }) => ports.map(({ port }) => port));
}
