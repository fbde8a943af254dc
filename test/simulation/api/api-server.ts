import { Readable } from 'node:stream';
import type { ClusterAccess, ClusterResponse } from '../../../watcher/source/cluster/cluster-access.ts';
import type { Plan, Refusal, StreamFault } from '../plan.ts';
import type { Random } from '../random.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { expiredInStream, halfAnswer, json, refusal } from './api-answer.ts';
import type { ClusterStore, Resource, Revision } from './cluster-store.ts';
import { bookmarkLine, createWatchStream, isIn, lineOf, type WatchStream } from './watch-stream.ts';

export const CLUSTER_UID = 'cluster-0000';

/** Shorter than what a client has to wait before it takes an old answer for a restore of etcd. */
const CONFUSION_MS = 5_000;

/** Someone asked for history that is gone (`expired`) or has not come yet (`tooNew`: the line was put back). */
export type HistoryRefusal = {
  readonly resource: Resource;
  /** null: of the whole cluster. */
  readonly namespace: string | null;
  readonly why: 'expired' | 'tooNew';
  readonly rv: number;
  readonly epoch: number;
  readonly oldest: number;
  readonly atMs: number;
};

export interface ApiServer {
  /** The way of one process to the server; cut when it dies. */
  connect(process: { isAlive(): boolean; onRequest(): void }): ClusterAccess;
  sufferStreams(fault: StreamFault): void;
  refuseNext(how: Refusal, count: number): void;
  expire(cut: boolean): void;
  restore(back: number): void;
  staleLists(durationMs: number): void;
  /** Everything works from now on. */
  heal(): void;
  /** Cuts what dead processes have left open. */
  dropStreams(): void;
  readonly refusals: readonly HistoryRefusal[];
  /** Changes no stream has told. */
  readonly lost: ReadonlySet<Revision>;
  /** After a restore: whether each of these has been watched from a point of the new line. */
  isFollowed(namespaces: readonly (string | null)[]): boolean;
}

type Deps = {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly store: ClusterStore;
  readonly server: Plan['server'];
};

type Query = {
  readonly resource: Resource;
  readonly namespace: string | null;
  readonly parameters: URLSearchParams;
};

export function createApiServer({ clock, random, store, server }: Deps): ApiServer {
  const refusals: HistoryRefusal[] = [];
  const lost = new Set<Revision>();
  let streams: WatchStream[] = [];
  let refusing: Refusal[] = [];
  let staleUntilMs = 0;
  let staleSinceMs = 0;
  let staleAt = 0;
  /** Watched from a point of the new line, since the restore. */
  let followed = new Set<string | null>();
  /** The watch cache of one server never goes back. */
  let listedRv = 0;
  let tokens = new Map<string, readonly Revision[]>();
  const listedAt = new Map<string, number>();

  function note({ resource, namespace }: Query, why: HistoryRefusal['why'], rv: number): void {
    const [epoch, oldest, atMs] = [store.epoch(), store.oldest(resource), clock.elapsedMs()];
    refusals.push({ resource, namespace, why, rv, epoch, oldest, atMs });
  }

  function page(objects: readonly Revision[], rv: number): ClusterResponse {
    const items = objects.slice(0, server.pageSize).map(({ object }) => object);
    const rest = objects.slice(server.pageSize);
    const token = `token-${store.epoch()}-${rv}-${rest.length}-${random.between(0, 1e6)}`;
    if (rest.length > 0) {
      tokens.set(token, rest);
      listedAt.set(token, rv);
    }
    const metadata = { resourceVersion: String(rv), ...(rest.length > 0 && { continue: token }) };
    return json(200, { kind: 'List', metadata, items: items.length > 0 ? items : null });
  }

  /** The server that lags: it knows nothing of what came after `staleAt`. */
  function isLagging(): boolean {
    return clock.elapsedMs() < staleUntilMs && staleAt <= store.rv();
  }

  function isTooNew(query: Query, wanted: number): boolean {
    if (wanted > store.rv()) note(query, 'tooNew', wanted);
    return wanted > (isLagging() ? staleAt : store.rv());
  }

  /** "The most recent state" of a server that lags, against its promise; of a list of one for a moment only. */
  function isStale(parameters: URLSearchParams): boolean {
    const isBrief = clock.elapsedMs() - staleSinceMs < CONFUSION_MS;
    return isLagging() && (parameters.get('limit') !== '1' || isBrief);
  }

  function list(query: Query): ClusterResponse {
    const { parameters } = query;
    const token = parameters.get('continue');
    if (token !== null) {
      const rest = tokens.get(token);
      return rest ? page(rest, listedAt.get(token) ?? 0) : refusal(410, 'Expired');
    }
    const wanted = Number(parameters.get('resourceVersion') ?? 0);
    if (isTooNew(query, wanted)) return refusal(504, 'Timeout', 'ResourceVersionTooLarge');
    const rv = wanted === 0 && isStale(parameters) ? staleAt : store.rv();
    return page(listed(query, rv), rv);
  }

  function listed({ resource, namespace }: Query, rv: number): readonly Revision[] {
    return store.list(resource, rv).filter((each) => isIn(each, namespace));
  }

  function open(query: Query, from: number, initial: readonly string[]): ClusterResponse {
    const { resource, namespace, parameters } = query;
    const timeoutMs = Number(parameters.get('timeoutSeconds') ?? 1800) * 1000;
    const deps = { clock, random, store, onLost: (revision: Revision) => void lost.add(revision) };
    const stream = createWatchStream(deps, { resource, namespace, from, initial, timeoutMs });
    streams = [...streams.filter((other) => !other.body.destroyed), stream];
    return { status: 200, retryAfter: null, body: stream.body };
  }

  function watchList(query: Query): ClusterResponse {
    if (!server.watchList) return refusal(422, 'Invalid');
    const wanted = Number(query.parameters.get('resourceVersion') ?? 0);
    if (isTooNew(query, wanted)) return refusal(504, 'Timeout', 'ResourceVersionTooLarge');
    // Like the watch cache: a state a little in the past, what has changed since, and then the end.
    const now = store.rv();
    const past = Math.max(wanted, store.oldest('pods'), listedRv, now - random.between(0, 3), 1);
    listedRv = now;
    const initial = listed(query, past).map(({ object }) => lineOf({ type: 'ADDED', object }));
    const later = store.since(query.resource, past).filter((each) => isIn(each, query.namespace));
    const since = later.map(lineOf);
    const end = bookmarkLine(now, { 'k8s.io/initial-events-end': 'true' });
    return open(query, now, [...initial, ...since, end]);
  }

  function watch(query: Query): ClusterResponse {
    const from = Number(query.parameters.get('resourceVersion'));
    if (from < store.oldest(query.resource)) {
      note(query, 'expired', from);
      return random.chance(0.8) ? expiredInStream() : refusal(410, 'Expired');
    }
    if (from > store.rv()) {
      // An empty 200 that ends after three seconds.
      const body = new Readable({ read() {} });
      clock.after(3_000, () => body.push(null));
      return { status: 200, retryAfter: null, body };
    }
    if (query.resource === 'pods') followed.add(query.namespace);
    return open(query, from, []);
  }

  function answer(path: string): ClusterResponse {
    const url = new URL(path, 'http://cluster');
    if (url.pathname.endsWith('/kube-system')) return json(200, { metadata: { uid: CLUSTER_UID } });
    const resource = url.pathname.endsWith('/events') ? 'events' : 'pods';
    const [, namespace = null] = /\/namespaces\/([^/]+)\//.exec(url.pathname) ?? [];
    const query: Query = { resource, namespace, parameters: url.searchParams };
    if (url.searchParams.get('watch') === null) return list(query);
    return url.searchParams.get('sendInitialEvents') === 'true' ? watchList(query) : watch(query);
  }

  function refuse(how: Refusal): ClusterResponse | null {
    if (how === 'hang') return null;
    if (how === 'reset') throw new Error('connect ECONNREFUSED');
    if (how === 'half') return halfAnswer({ kind: 'PodList', metadata: {}, items: [] });
    return refusal(Number(how), 'TooManyRequests');
  }

  function expire(cut: boolean): void {
    store.expire();
    tokens = new Map();
    if (cut) for (const stream of streams) stream.body.destroy(new Error('read ECONNRESET'));
  }

  return {
    refusals,
    lost,
    isFollowed: (namespaces) => namespaces.every((namespace) => followed.has(namespace)),
    connect: (process) => ({
      server: 'https://cluster.example',
      contextName: null,
      namespace: null,
      insecure: false,
      close: async () => {},
      request(path, { signal }) {
        process.onRequest();
        return new Promise((resolve, reject) => {
          signal.throwIfAborted();
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
          clock.after(random.between(1, 25), () => {
            if (!process.isAlive() || signal.aborted) return;
            try {
              const how = refusing.shift();
              const response = how === undefined ? answer(path) : refuse(how);
              if (response === null) return;
              resolve(carried(response, signal));
            } catch (error) {
              reject(error);
            }
          });
        });
      },
    }),
    sufferStreams: (fault) =>
      streams.filter((stream) => stream.isOpen()).forEach((s) => void s.suffer(fault)),
    refuseNext(how, count) {
      refusing.push(...Array.from({ length: count }, () => how));
    },
    expire,
    restore(back) {
      for (const stream of streams) stream.body.destroy(new Error('read ECONNRESET'));
      store.restore(back);
      tokens = new Map();
      staleUntilMs = 0;
      followed = new Set();
      listedRv = 0;
    },
    staleLists(durationMs) {
      staleAt = store.rv();
      staleSinceMs = clock.elapsedMs();
      // A list after a 410 is where lag can be taken for something else.
      if (durationMs % 2 === 0) clock.after(durationMs / 2, () => expire(true));
      staleUntilMs = clock.elapsedMs() + durationMs;
    },
    heal() {
      refusing = [];
      staleUntilMs = 0;
    },
    dropStreams() {
      for (const stream of streams) stream.body.destroy();
      streams = [];
    },
  };
}

/** The answer as it comes over a connection that the client can cut. */
function carried(response: ClusterResponse, signal: AbortSignal): ClusterResponse {
  const { body } = response;
  body.on('error', () => {});
  signal.addEventListener('abort', () => body.destroy(new Error('aborted')), { once: true });
  return response;
}
