import { expect, onTestFinished } from 'vitest';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { CLUSTER_UID } from '../../end-to-end/support/replicas.ts';
import { type Receiver, startReceiver } from '../../support/receiver.ts';
import { until } from '../../support/until.ts';
import { SECRET } from '../../support/watch-config.ts';
import { renderChart, type Values } from '../helm/render-chart.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { type ActedStatefulSet, actStatefulSet } from './acted-stateful-set.ts';
import { type SteadyLoad, startLoad } from './steady-load.ts';

/** Values with one subscription that is tried again soon, and often enough for a receiver that is away for long. */
export const SOON_AGAIN: Values = {
  subscriptions: [
    {
      name: 'bridge',
      url: 'https://receiver.example/events',
      secret: { name: 'offhook-signing', key: 'bridge' },
      retrySchedule: Array.from({ length: 50 }, (_, index) => (index < 10 ? '500ms' : '2s')),
    },
  ],
};

export type Acceptance = { readonly id: string; readonly by: string };

export type ActedInstallation = {
  readonly cluster: Awaited<ReturnType<typeof createLocalCluster>>;
  readonly set: ActedStatefulSet;
  readonly tap: Receiver;
  /** What the receiver has answered with 202, in order, and which Pod sent it. */
  readonly accepted: readonly Acceptance[];
  /** While it is down every connection is reset. */
  setDown(isDown: boolean): void;
};

/** An embedded cluster, the acted StatefulSet of the chart, and a receiver that records what it takes. */
export async function startInstallation(
  serverFor?: (url: string) => Promise<string>,
): Promise<ActedInstallation> {
  // As etcd does, it keeps more history than a restart takes, also on a busy machine.
  const cluster = await createLocalCluster({ clusterUid: CLUSTER_UID, historyLimit: 50_000 });
  onTestFinished(() => cluster.close());
  const tap = await startReceiver();
  const accepted: Acceptance[] = [];
  let down = false;
  tap.answer((response, { path, headers }) => {
    if (down) return void response.socket?.resetAndDestroy();
    const by = new URL(path, 'http://localhost').searchParams.get('by') ?? '';
    accepted.push({ id: String(headers['webhook-id']), by });
    response.writeHead(202).end();
  });
  const set = actStatefulSet({
    server: (await serverFor?.(cluster.url)) ?? cluster.url,
    secrets: {
      'offhook-signing': { bridge: SECRET, tenancy: `whsec_${Buffer.alloc(32, 5).toString('base64')}` },
    },
    // Loopback without TLS needs saying so.
    edit: (text, name) =>
      text.replace(/( *)url: https:.*/, `$1url: ${tap.url}&by=${name}\n$1allowHttp: true`),
  });
  const setDown = (isDown: boolean) => {
    down = isDown;
  };
  return { cluster, set, tap, accepted, setDown };
}

/** The chart with {@link SOON_AGAIN} and these values. */
export function rendered(values: Values): Promise<Manifest[]> {
  return renderChart({ ...SOON_AGAIN, ...values }, { namespace: 'default' });
}

/** The same with another number of replicas, as `kubectl scale` makes it. */
export function withReplicas(manifests: readonly Manifest[], replicas: number): Manifest[] {
  return manifests.map((each) =>
    each.kind === 'StatefulSet' ? { ...each, spec: { ...each.spec, replicas } } : each,
  );
}

/** The same with another text in its ConfigMap, as somebody's `kubectl edit` makes it. */
export function withConfig(manifests: readonly Manifest[], edit: (text: string) => string): Manifest[] {
  return manifests.map((each) => {
    const text = each.data?.['offhook.yaml'];
    return text === undefined ? each : { ...each, data: { ...each.data, 'offhook.yaml': edit(text) } };
  });
}

/** Installs what is rendered, and has it under load until some lives were told. */
export async function installed(
  { cluster, set, accepted }: ActedInstallation,
  manifests: readonly Manifest[],
): Promise<SteadyLoad> {
  set.apply(manifests);
  await set.rolledOut();
  const load = startLoad(cluster);
  await until('some load', () => load.lives() >= 10 && accepted.length >= 20, 40_000);
  return load;
}

/** Ends the load after a while; then exactly what happened has arrived, each event by its one id. */
export async function toldInFull({ accepted }: ActedInstallation, load: SteadyLoad): Promise<void> {
  const before = load.lives();
  await until('some load afterwards', () => load.lives() >= before + 10, 40_000);
  const expected = new Set(await load.stop());
  const missing = () => {
    const arrived = new Set(accepted.map(({ id }) => id));
    return [...expected].filter((id) => !arrived.has(id));
  };
  await until('every event', () => missing().length === 0, 60_000).catch((error: Error) => {
    throw new Error(`${error.message}: ${missing().length} of ${expected.size} are missing`);
  });
  expect(new Set(accepted.map(({ id }) => id))).toEqual(expected);
  expect(expected.size).toBeGreaterThan(100);
}

/** Ids that were accepted more than once, with how often beyond the first time. */
export function repeated(accepted: readonly Acceptance[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { id } of accepted) counts.set(id, (counts.get(id) ?? -1) + 1);
  return new Map([...counts].filter(([, more]) => more > 0));
}
