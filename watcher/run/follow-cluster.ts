import { messageOf } from '../../settings/ambient/describe-error.ts';
import { createIngest, type Ingest } from '../ingest/ingest.ts';
import { JournalWriteError } from '../journal/database/journal-error.ts';
import { observeLists } from '../metrics/observe-lists.ts';
import type { WatcherMetrics } from '../metrics/watcher-metrics.ts';
import { awaitClusterUid, confirmCluster } from '../source/cluster-uid.ts';
import { createSetAside, type SetAsideReport } from '../source/sink/set-aside.ts';
import { streamsOf } from '../source/source.ts';
import type { SubscriptionBook } from '../subscriptions/book.ts';
import { createMatching } from '../subscriptions/matching.ts';
import type { AnnounceStored } from './announce-stored.ts';
import type { Replica } from './open-replica.ts';
import { followedBy, openSources, type Sources } from './open-sources.ts';
import type { Tenancy } from './open-tenancy.ts';
import type { WatcherDeps } from './watcher-deps.ts';

/** How far following has come. Until the cluster has said which one it is, nothing of it is read. */
type FollowingState =
  | { readonly kind: 'awaiting' /** Why it has not yet, in one sentence. */; readonly error: string | null }
  | { readonly kind: 'following'; readonly sources: Sources; readonly ingest: Ingest };

export type Following = {
  state(): FollowingState;
  /** What is left aside, object by object. */
  setAside(): SetAsideReport;
  /** See {@link Ingest.settle}; never throws. Does nothing before the cluster has answered. */
  settle(): void;
  /** Asks the cluster who it is, for as long as that takes, and follows it. */
  start(): void;
  /** Cuts the connections and stores what was read. */
  stop(): Promise<void>;
};

/** The fourth stage: what the cluster shows is stored. */
export function openFollowing(
  deps: WatcherDeps,
  into: {
    readonly replica: Pick<Replica, 'journal' | 'sink'>;
    readonly tenancy: Pick<Tenancy, 'start'>;
    readonly book: Pick<SubscriptionBook, 'all'>;
    readonly metrics: Pick<WatcherMetrics, 'onListed'>;
    readonly announce: AnnounceStored;
    /** It cannot go on: another cluster answers, or something is wrong in here. */
    readonly fail: (error: unknown) => void;
  },
): Following {
  const { config, cluster, clock, random, log } = deps;
  const { journal } = into.replica;
  const setAside = createSetAside({ log, clock });
  const stop = new AbortController();
  let state: FollowingState = { kind: 'awaiting', error: null };
  let following = Promise.resolve();

  async function follow(): Promise<void> {
    const onTrouble = (error: string) => {
      state = { kind: 'awaiting', error };
    };
    const uid = await awaitClusterUid({ client: { cluster, clock }, random, log, onTrouble }, stop.signal);
    if (uid === null) return;
    journal.bindCluster(uid);
    const sameCluster = confirmCluster({ cluster, clock }, (found) => journal.bindCluster(found));
    await into.tenancy.start({ uid, sameCluster }, stop.signal);
    if (stop.signal.aborted) return;
    const name = config.cluster ?? cluster.contextName ?? uid;
    const ingest = createIngest({
      journal,
      streams: streamsOf(config.watch),
      cluster: { name, uid },
      clock,
      matching: createMatching(into.book),
      onStored: into.announce,
      follows: followedBy(config.watch),
      setAside,
      replayExisting: config.watch.replayExisting,
    });
    const sources = openSources(deps, {
      sink: observeLists(into.replica.sink(ingest), into.metrics.onListed),
      setAside,
      sameCluster,
    });
    state = { kind: 'following', sources, ingest };
    stop.signal.addEventListener('abort', () => void sources.all.map((source) => source.stop()));
    log.info({ server: cluster.server, cluster: name, clusterUid: uid }, 'following the cluster');
    await Promise.all(sources.all.map((source) => source.start()));
    settle();
  }

  function settle(): void {
    try {
      if (state.kind === 'following') state.ingest.settle();
    } catch (error) {
      // After a fatal error the watcher ends; the next look at the journal says so.
      if (error instanceof JournalWriteError && error.fatal) return;
      log.warn({ cause: messageOf(error) }, 'the journal cannot write; reading again from where it stands');
    }
  }

  return {
    state: () => state,
    setAside: setAside.report,
    settle,
    start() {
      following = follow();
      following.catch(into.fail);
    },
    async stop() {
      stop.abort();
      await following.catch(() => {});
    },
  };
}
