import { onTestFinished } from 'vitest';
import type { Clock } from '../../../settings/ambient/clock.ts';
import { systemClock } from '../../../settings/ambient/clock.ts';
import type { Logger } from '../../../watcher/ambient/watcher-log.ts';
import { createWatcherLog } from '../../../watcher/ambient/watcher-log.ts';
import type { WatcherConfig } from '../../../watcher/config/watcher-config.ts';
import { startWatcher } from '../../../watcher/run/start-watcher.ts';
import type { WatcherDeps } from '../../../watcher/run/watcher-deps.ts';
import { type Receiver, startReceiver } from '../../support/receiver.ts';
import { until } from '../../support/until.ts';
import { createKubectl, receiverInCluster, TENANCY } from './tenants.ts';
import { watcherDeps } from './whole-watcher.ts';

/** The starts of all Pods but those that stand for receivers. */
export const TO_SERVICE = {
  target: { service: { name: 'receiver', port: 80 } },
  hooks: ['postStart'],
  podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['receiver'] }] },
};

type WorldOptions = Partial<WatcherConfig> & {
  /** Whether the definitions are installed. @default true */
  readonly crds?: boolean;
  readonly clock?: Clock;
};

/** The embedded cluster with a receiver behind a Service, and a whole watcher that can be started. */
export async function tenantWorld({ crds = true, clock = systemClock, ...config }: WorldOptions = {}) {
  const { deps, local, runPods } = await watcherDeps([]);
  const kubectl = createKubectl(local.url);
  if (crds) await kubectl.installDefinitions();
  const lines: Record<string, unknown>[] = [];
  const log: Logger = createWatcherLog('debug', {
    write: (line: string) => void lines.push(JSON.parse(line)),
  });

  /** A Service of the namespace that leads to a receiver of this process. */
  async function expose(receiver: Pick<Receiver, 'url'>, of: { namespace?: string; name?: string } = {}) {
    const { pod, service, slice } = receiverInCluster(receiver.url, of);
    local.applyManifest(pod);
    await kubectl.create(service);
    await kubectl.create(slice);
  }

  async function start() {
    const stored: string[] = [];
    const failures = new Map<string, string>();
    const observer: WatcherDeps['observer'] = {
      onStored(events) {
        const read = events.map(({ body }) => JSON.parse(Buffer.from(body).toString()));
        const starts = read.filter(({ type }) => type === 'dev.offhook.container.postStart');
        stored.push(...starts.map(({ data }) => data.pod.name));
      },
      onAttempt({ subscription, reason }) {
        if (reason !== null) failures.set(subscription.replace(/@.*/, ''), reason);
      },
    };
    const all = { ...deps.config, tenancy: TENANCY, ...config };
    const watcher = await startWatcher({ ...deps, clock, log, observer, config: all });
    onTestFinished(() => watcher.stop());
    await until('it is ready', () => watcher.readiness().ready);
    const standing = (name: string, namespace: string | null = 'default') =>
      watcher.objects.all().find(({ object }) => object.name === name && object.namespace === namespace);
    return {
      ...watcher,
      /** Names of the Pods that started, as it has journalled them. */
      stored: () => stored,
      /** Why the last attempt failed, by `namespace/name` of the subscription. */
      failures,
      standing,
      reason: (name: string, namespace?: string | null) => standing(name, namespace)?.ready.reason,
      async accepted(name: string, namespace?: string | null): Promise<void> {
        await until(`${name} is accepted`, () => standing(name, namespace)?.ready.reason === 'Accepted');
      },
    };
  }

  const receiver = await startReceiver();
  await expose(receiver);
  return { kubectl, local, receiver, runPods, start, expose, lines };
}

/** A Pod of one container, for a namespace. */
export function podIn(namespace: string, name: string, labels: Record<string, string> = {}) {
  return {
    kind: 'Pod',
    metadata: { name, namespace, labels },
    spec: { containers: [{ name: 'app', image: 'web:1' }] },
  };
}

/** Names of the Pods that a receiver has heard of. */
export const podsOf = ({ requests }: Pick<Receiver, 'requests'>): string[] =>
  requests.map(({ body }) => JSON.parse(body.toString()).data.pod.name);

/** Without what the API server writes. */
export function bare<T extends { metadata: Record<string, unknown> }>(object: T): T {
  const {
    uid: _,
    creationTimestamp: __,
    generation: ___,
    resourceVersion: ____,
    ...metadata
  } = object.metadata;
  return { ...object, metadata };
}
