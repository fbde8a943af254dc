import type { Clock } from '../../../settings/ambient/clock.ts';
import type { Ending } from '../../source/api/ending.ts';
import type { SourceLog } from '../../source/api/source-log.ts';
import type { ClusterAccess } from '../../source/cluster/cluster-access.ts';
import { createObjectSource, type ObjectSource } from '../../source/object-source.ts';
import { createTurns } from '../../source/reflector/turns.ts';
import { SUBSCRIPTION_API, SUBSCRIPTION_KINDS } from '../../subscriptions/spec/subscription-kind.ts';
import { type HookObject, readHookObject } from './hook-object.ts';
import { createRememberedNamespaces } from './remembered-namespaces.ts';
import { type NamespaceLabels, readNamespaceLabels } from './selected-namespaces.ts';
import { createUnavailableLog } from './unavailable-log.ts';

type FollowingDeps = {
  readonly cluster: ClusterAccess;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: SourceLog;
  readonly sameCluster?: ((signal: AbortSignal) => Promise<Ending | null>) | undefined;
};

/** What of the cluster makes subscriptions. */
export interface HookObjects {
  /** All that are there, of both kinds, by UID. */
  all(): ReadonlyMap<string, HookObject>;
  /** With their labels, as far as they are followed; also those that are gone since a few minutes. */
  namespaces(): Iterable<NamespaceLabels>;
  /**
   * Whether an object of the namespace (null: of the cluster), that is not among {@link HookObjects.all}, is certain not
   * to exist.
   */
  isComplete(namespace: string | null): boolean;
  /** What {@link HookObjects.start} waits for. */
  isKnown(): boolean;
  /** Resolves when it is known what there is, or that nothing can be known. Rejects as a source's `start` does. */
  start(): Promise<void>;
  /** Rejects when another cluster answers. */
  readonly ended: Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * Follows HookSubscriptions, and over the whole cluster also ClusterHookSubscriptions and, once there is one of those, the
 * labels of namespaces.
 *
 * @param namespaces null: the whole cluster.
 */
export function followHookObjects(
  given: FollowingDeps,
  namespaces: readonly string[] | null,
  onChange: () => void,
): HookObjects {
  const deps = { ...given, log: createUnavailableLog(given.log) };
  const turns = createTurns(deps.clock);
  const scopes: readonly (string | null)[] = namespaces ?? [null];
  const ended = Promise.withResolvers<unknown>();
  ended.promise.catch(() => {});
  const hooks = scopes.map((namespace) => ({
    namespace,
    source: createObjectSource<HookObject>({
      ...deps,
      turns,
      collection: {
        api: SUBSCRIPTION_API,
        resource: SUBSCRIPTION_KINDS.HookSubscription.plural,
        namespace,
        fieldSelector: null,
      },
      project: (object) => readHookObject('HookSubscription', object),
      onChange,
    }),
  }));
  const clusterHooks = namespaces === null ? createClusterSource() : null;
  let isKnown = false;
  let labels: ObjectSource<NamespaceLabels> | null = null;
  const remembered = createRememberedNamespaces(deps.clock);

  function createClusterSource(): ObjectSource<HookObject> {
    return createObjectSource<HookObject>({
      ...deps,
      turns,
      collection: {
        api: SUBSCRIPTION_API,
        resource: SUBSCRIPTION_KINDS.ClusterHookSubscription.plural,
        namespace: null,
        fieldSelector: null,
      },
      project: (object) => readHookObject('ClusterHookSubscription', object),
      onChange() {
        if ((clusterHooks?.objects()?.size ?? 0) > 0) followNamespaces();
        onChange();
      },
    });
  }

  function followNamespaces(): void {
    if (labels !== null) return;
    labels = createObjectSource<NamespaceLabels>({
      ...deps,
      turns,
      collection: { resource: 'namespaces', namespace: null, fieldSelector: null },
      project: readNamespaceLabels,
      onChange() {
        remembered.see(labels?.objects()?.values() ?? []);
        onChange();
      },
    });
    begin(labels);
  }

  function begin(source: ObjectSource<unknown>): void {
    source.start().catch(ended.reject);
  }

  return {
    all() {
      const sources = [
        ...hooks.map(({ source }) => source),
        ...(clusterHooks === null ? [] : [clusterHooks]),
      ];
      return new Map(sources.flatMap((source) => [...(source.objects() ?? [])]));
    },
    namespaces: remembered.all,
    isComplete(namespace) {
      const source =
        namespace === null
          ? clusterHooks
          : hooks.find((each) => each.namespace === null || each.namespace === namespace)?.source;
      return (source?.objects() ?? null) !== null;
    },
    isKnown: () => isKnown,
    async start() {
      const sources = hooks.map(({ source }) => source);
      if (clusterHooks !== null) sources.push(clusterHooks);
      for (const source of sources) begin(source);
      await Promise.race([Promise.all(sources.map(({ known }) => known)), ended.promise]);
      await Promise.race([labels?.known, ended.promise]);
      isKnown = true;
    },
    ended: ended.promise,
    async stop() {
      const sources = [...hooks.map(({ source }) => source), clusterHooks, labels];
      await Promise.all(sources.map((source) => source?.stop()));
    },
  };
}
