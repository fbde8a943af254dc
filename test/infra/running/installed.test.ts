import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { type OffhookProcess, runOffhook, startOffhook } from '../../support/offhook-process.ts';
import { startReceiver } from '../../support/receiver.ts';
import { createTestAuthority } from '../../support/test-certificates.ts';
import { SECRET, untilReady } from '../../support/watch-config.ts';
import { renderChart, SMALLEST, type Values } from '../helm/render-chart.ts';
import { VARIANTS } from '../helm/variants.ts';
import { KUSTOMIZE, renderFolder, renderOverlay } from '../kustomize/render-kustomization.ts';
import { type Manifest, pick } from '../manifests/manifest.ts';
import { podsOf, type RenderedPod } from '../manifests/pods-of.ts';
import { kubectl, succeeded } from '../tools/kubernetes-tools.ts';
import { layOutPod } from './lay-out-pod.ts';

const SECRETS = {
  'offhook-signing': { bridge: SECRET, tenancy: `whsec_${Buffer.alloc(32, 5).toString('base64')}` },
  'offhook-page': { token: randomBytes(16).toString('hex') },
};
const HOOKS_POD = {
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'app', image: 'web:1' }] },
};

describe('what is rendered', () => {
  it.each([
    ['the chart', () => renderChart(SMALLEST)],
    ['the chart, one watcher a node', () => renderChart({ ...SMALLEST, mode: 'per-node' })],
    ['the chart, with a standby', () => renderChart({ ...SMALLEST, replicas: 2 })],
    ['kustomize', () => renderOverlay()],
    ['kustomize, one watcher a node', () => renderOverlay({ components: ['per-node'] })],
    ['kustomize, with a standby', () => renderOverlay({ components: ['standby'] })],
  ])('by %s becomes a watcher that is ready and delivers', async (_renderer, render) => {
    const cluster = await localCluster();
    const tap = await startReceiver();
    const watcher = startWatcher(await render(), { server: cluster.url, url: tap.url });
    await untilReady(watcher);
    cluster.applyManifest(HOOKS_POD);
    const [first] = await tap.received(1);
    expect(JSON.parse(first?.body.toString() ?? '')).toMatchObject({ data: { pod: { name: 'web' } } });
  });

  it('becomes a receiver that speaks TLS, shows its page to the token, and takes what a watcher delivers', async () => {
    const authority = createTestAuthority('Offhook test');
    const { cert, key } = authority.issue('127.0.0.1');
    const manifests = await renderOverlay({ components: ['receiver'] });
    const { args } = layOutPod(podNamed(manifests, 'StatefulSet/offhook-receiver'), {
      ...{ manifests, root: temporaryDirectory() },
      secrets: { ...SECRETS, 'offhook-receiver-tls': { 'tls.crt': cert, 'tls.key': key } },
      edit: (text) => text.replace('port: 8787', 'port: 0').replace('0.0.0.0', '127.0.0.1'),
    });
    const receiver = startOffhook(args);
    const [, url = ''] = await receiver.says(/"events":"(https:[^"]+)"/);
    const dispatcher = new Agent({ connect: { ca: authority.cert } });
    onTestFinished(() => dispatcher.close());
    const ask = (path: string, headers = {}) => request(new URL(path, url), { dispatcher, headers });
    expect((await ask('/')).statusCode).toBe(401);
    const authorization = `Bearer ${SECRETS['offhook-page'].token}`;
    expect((await ask('/', { authorization })).statusCode).toBe(200);

    const cluster = await localCluster();
    const ca = join(temporaryDirectory(), 'ca.pem');
    writeFileSync(ca, authority.cert);
    const watcher = startWatcher(manifests, { server: cluster.url, url, env: { NODE_EXTRA_CA_CERTS: ca } });
    await untilReady(watcher);
    cluster.applyManifest(HOOKS_POD);
    const stored = async () => {
      const health = (await (await ask('/healthz')).body.json()) as { counters: { stored: number } };
      return health.counters.stored;
    };
    await expect.poll(stored, { timeout: 15_000 }).toBeGreaterThan(0);
  });

  it('is refused by the watcher with exit code 2 and its reason last, where the schema could not know', async () => {
    const values: Values = { ...SMALLEST, journal: { retention: '5m' } };
    const { code, stderr } = await startWatcher(await renderChart(values), {
      server: 'http://127.0.0.1:9',
    }).ended();
    expect(code).toBe(2);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/journal\.retention/);
  });

  it('waits for a Secret that is missing, and does not start without it', async () => {
    const manifests = await renderChart(SMALLEST);
    const lay = () =>
      layOutPod(podNamed(manifests, 'StatefulSet/offhook'), {
        manifests,
        secrets: {},
        root: temporaryDirectory(),
      });
    expect(lay).toThrow('the Pod waits for offhook-signing/bridge');
  });

  it('checks out with every kind of secret and setting', async () => {
    const signing = { now: SECRET, before: SECRET, 'long-ago': SECRET };
    const authority = createTestAuthority('Offhook test');
    const { cert, key } = authority.issue('watcher.example');
    const secrets = {
      authority: { root: authority.cert },
      'bridge-tls': { 'tls.crt': cert, 'tls.key': key },
      signing,
      tokens: { bridge: 'a-token' },
      proxy: { url: 'http://u:p@proxy.example:3128', partner: 'http://u:p@p.example' },
    };
    const manifests = await renderChart(VARIANTS['secrets of every kind']?.values ?? {});
    const { args } = layOutPod(podNamed(manifests, 'StatefulSet/offhook'), {
      manifests,
      secrets,
      root: temporaryDirectory(),
    });
    expect(await runOffhook([...args, '--check'])).toMatchObject({ code: 0 });
  });
});

describe('kubectl apply', () => {
  it('of the Pod that Helm’s test is, and of the Pods that a StatefulSet makes, is taken by the cluster', async () => {
    const cluster = await localCluster();
    const manifests = await renderChart({ ...SMALLEST, replicas: 2 }, { namespace: 'default' });
    const { template } = pick(manifests, 'StatefulSet').spec as { template: Manifest };
    const replicas = [0, 1].map((ordinal) => ({
      ...{ apiVersion: 'v1', kind: 'Pod', spec: withClaim(template.spec, ordinal) },
      metadata: { ...template.metadata, name: `offhook-${ordinal}`, namespace: 'default' },
    }));
    const file = join(temporaryDirectory(), 'pods.yaml');
    writeFileSync(file, [pick(manifests, 'Pod'), ...replicas].map((each) => stringify(each)).join('---\n'));
    const applied = await succeeded(
      kubectl('apply', '--server', cluster.url, '--validate=false', '-f', file),
    );
    expect(applied.trim().split('\n')).toEqual([
      ...['pod/offhook-doctor created', 'pod/offhook-0 created', 'pod/offhook-1 created'],
    ]);
    const again = await succeeded(kubectl('apply', '--server', cluster.url, '--validate=false', '-f', file));
    expect(again.match(/unchanged|configured/g)).toHaveLength(3);
  });

  it('of the overlay’s namespace is taken by the cluster', async () => {
    const cluster = await localCluster();
    const file = join(temporaryDirectory(), 'namespace.yaml');
    writeFileSync(
      file,
      stringify(pick(await renderFolder(join(KUSTOMIZE, 'overlays/default')), 'Namespace')),
    );
    const applied = await succeeded(
      kubectl('apply', '--server', cluster.url, '--validate=false', '-f', file),
    );
    expect(applied.trim()).toBe('namespace/offhook created');
  });
});

async function localCluster() {
  const cluster = await createLocalCluster();
  onTestFinished(() => cluster.close());
  return cluster;
}

/** The rendered watcher as a process of this machine: its Pod's volumes below a folder, its receiver where the test says. */
function startWatcher(
  manifests: readonly Manifest[],
  { server, url, env = {} }: { server: string; url?: string; env?: Record<string, string> },
): OffhookProcess {
  const pod = podNamed(manifests, 'StatefulSet/offhook', 'DaemonSet/offhook');
  const laidOut = layOutPod(pod, {
    ...{ manifests, secrets: SECRETS, root: temporaryDirectory() },
    // Loopback without TLS needs saying so.
    edit: (text) => (url ? text.replace(/( *)url: https:.*/, `$1url: ${url}\n$1allowHttp: true`) : text),
  });
  return startOffhook([...laidOut.args, '--server', server], {
    env: { ...laidOut.env, ...env, OFFHOOK_PORT: '0' },
  });
}

function podNamed(manifests: readonly Manifest[], ...names: string[]): RenderedPod {
  const pod = podsOf(manifests).find(({ of }) => names.includes(of));
  if (pod === undefined) throw new Error(`no ${names.join(' or ')}`);
  return pod;
}

/** What the StatefulSet's controller adds for the claim of a replica. */
function withClaim(spec: Manifest['spec'], ordinal: number) {
  const { volumes } = spec as { volumes: unknown[] };
  const claim = { name: 'journal', persistentVolumeClaim: { claimName: `journal-offhook-${ordinal}` } };
  return { ...spec, volumes: [...volumes, claim] };
}
