import { waitAtMost } from '../../settings/ambient/deadline.ts';
import { messageOf } from '../../settings/ambient/describe-error.ts';
import { createHostResolver } from '../../settings/outbound/guard/resolve-host.ts';
import { CONNECT_DIRECTLY } from '../../settings/outbound/proxy-rules.ts';
import type { TenancyConfig } from '../config/tenancy-schema.ts';
import type { SubscriptionConfig } from '../config/watcher-config.ts';
import type { AttemptReport } from '../delivery/delivery-observer.ts';
import { createRetirement } from '../delivery/retirement.ts';
import type { Journal } from '../journal/open-journal.ts';
import type { Ending } from '../source/api/ending.ts';
import { reviewAccess } from '../source/api/review-access.ts';
import type { BookParts } from '../subscriptions/book-parts.ts';
import type { ObjectStandings } from '../subscriptions/objects/object-standing.ts';
import { SUBSCRIPTION_API, SUBSCRIPTION_KINDS } from '../subscriptions/spec/subscription-kind.ts';
import { createDepartures } from '../tenancy/departures.ts';
import { findReferences } from '../tenancy/finding/find-references.ts';
import { createNamespaceKeys } from '../tenancy/keys/namespace-keys.ts';
import { createObjectRoll, type ObjectRoll } from '../tenancy/object-roll.ts';
import { followHookObjects, type HookObjects } from '../tenancy/objects/follow-hook-objects.ts';
import { DRAIN_MS } from './open-delivery.ts';
import { type TenancyKeys, tenancyKeys } from './tenancy-keys.ts';
import { createTenantGuard } from './tenant-guard.ts';
import type { WatcherDeps } from './watcher-deps.ts';

/** Asking whether objects may be listed over the whole cluster. */
const REVIEW_DEADLINE_MS = 10_000;

/** The operator's own subscriptions do not wait longer for an API server that has trouble with objects alone. */
const LONGEST_WAIT_MS = 30_000;

/** Subscriptions as objects of the cluster. */
export type Tenancy = {
  readonly standings: ObjectStandings;
  /**
   * Follows the objects, into their part of the book. Resolves when it is known which there are, or that nothing is known of
   * any: only then a Pod can be followed without missing whom it is of interest to.
   */
  start(cluster: FollowedCluster, signal: AbortSignal): Promise<void>;
  /** The operator's file has changed. */
  refresh(): void;
  onAttempt(report: Pick<AttemptReport, 'subscription' | 'status'>): void;
  stop(): Promise<void>;
};

type FollowedCluster = {
  /** Of the namespace kube-system. */
  readonly uid: string;
  readonly sameCluster: (signal: AbortSignal) => Promise<Ending | null>;
};

type TenancyStages = {
  readonly parts: BookParts<SubscriptionConfig>;
  readonly journal: Pick<Journal, 'queues' | 'waiting' | 'disable' | 'giveUp'>;
  readonly leads: () => boolean;
  /** Another cluster answers. */
  readonly fail: (error: unknown) => void;
};

/** The stage between delivering and following: who else than the operator's file subscribes. */
export function openTenancy(deps: WatcherDeps, stages: TenancyStages): Tenancy {
  const { config, log } = deps;
  const keys = config.tenancy === undefined ? null : tenancyKeys(config, log);
  return config.tenancy === undefined || keys === null
    ? NO_TENANCY
    : followTenants(deps, stages, config.tenancy, keys);
}

function followTenants(
  deps: WatcherDeps,
  { parts, journal, leads, fail }: TenancyStages,
  { secretNamespaces, quota }: TenancyConfig,
  keys: TenancyKeys,
): Tenancy {
  const { config, cluster, clock, log } = deps;
  const listeners = new Set<() => void>();
  const retirement = createRetirement({ store: journal, clock, leads, drainMs: DRAIN_MS, log });
  const client = { cluster, clock };
  let roll: ObjectRoll | null = null;
  let objects: HookObjects | null = null;

  async function start({ uid, sameCluster }: FollowedCluster, signal: AbortSignal): Promise<void> {
    const guard = createTenantGuard(config.egress, cluster.server, createHostResolver({ clock }));
    const departures = createDepartures({ journal, retirement });
    const followed = followHookObjects({ ...deps, sameCluster }, await scopeOf(deps, signal), () => {
      made.refresh();
      departures.look(followed);
    });
    const made = createObjectRoll({
      client,
      clock,
      objects: followed,
      admission: () => ({
        taken: new Set(parts.of('file').map(({ name }) => name)),
        watched: config.watch.namespaces ?? null,
        mostOfNamespace: quota.subscriptions,
      }),
      keys: createNamespaceKeys(keys, uid),
      proxyFor: config.proxyFor ?? CONNECT_DIRECTLY,
      look: (each, spec, aborts) => findReferences(each, spec, { client, guard, secretNamespaces }, aborts),
      onSubscriptions: (all) => parts.set('objects', all),
      onFault: (error) =>
        log.error({ cause: messageOf(error) }, 'what an object refers to could not be looked for'),
    });
    made.onChange(() => {
      for (const listener of listeners) listener();
    });
    roll = made;
    objects = followed;
    followed.ended.catch(fail);
    signal.addEventListener('abort', () => void followed.stop(), { once: true });
    const started = followed.start();
    await waitAtMost(clock, LONGEST_WAIT_MS, started);
    if (!followed.isKnown())
      log.warn(
        { waitedMs: LONGEST_WAIT_MS },
        'HookSubscriptions could not be listed yet: Pods are followed all the same, and what happens until then is not told to them',
      );
  }

  return {
    standings: {
      all: () => roll?.all() ?? [],
      onChange(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    start,
    refresh: () => roll?.refresh(),
    onAttempt({ subscription, status }) {
      if (status === 401 || status === 403) roll?.doubt(subscription);
    },
    async stop() {
      retirement.stop();
      roll?.stop();
      await objects?.stop();
    },
  };
}

const NO_TENANCY: Tenancy = {
  standings: { all: () => [], onChange: () => () => {} },
  async start() {},
  refresh() {},
  onAttempt() {},
  async stop() {},
};

/**
 * Where objects are followed: over the whole cluster (null), so that one in a namespace that is not watched hears why it
 * gets nothing; with Roles in a few namespaces only, there.
 */
async function scopeOf(
  { config, cluster, log }: Pick<WatcherDeps, 'config' | 'cluster' | 'log'>,
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  const { namespaces } = config.watch;
  if (namespaces === undefined) return null;
  const permission = {
    verb: 'list',
    group: SUBSCRIPTION_API.group,
    resource: SUBSCRIPTION_KINDS.HookSubscription.plural,
    namespaced: true,
    namespace: null,
    name: null,
  };
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(REVIEW_DEADLINE_MS)]);
    const review = await reviewAccess(cluster, permission, within);
    return review.kind === 'allowed' ? null : namespaces;
  } catch (error) {
    log.debug({ cause: messageOf(error) }, 'nobody said where HookSubscriptions may be listed');
    return namespaces;
  }
}
