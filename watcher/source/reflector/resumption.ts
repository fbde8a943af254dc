import { currentVersion } from '../api/current-version.ts';
import type { Ending } from '../api/ending.ts';
import { isOlder } from '../api/resource-version.ts';
import type { ListReason } from '../sink/source-batch.ts';
import type { ReflectorDeps } from './reflector-deps.ts';

/**
 * So many times in a row the server must look older than it was: with the pauses of the backoff in between that is
 * five seconds at least, more than a moment's confusion behind a load balancer.
 */
const OLDER_ANSWERS = 4;
/** Lists that show a Pod as it was before, in a state after it: each is a proof already, if the server counts right. */
export const REWOUND_LISTS = 2;

interface Resumption {
  /** Takes note of what may mean that the history was put back. */
  note(ending: Ending, times?: number): void;
  /** A complete list was taken: what is known is what the server shows. */
  listed(): void;
  /**
   * Before anything is resumed: does this server still stand where we have been?
   *
   * @param owed a list that is due; null when a watch is about to begin
   * @returns null to go on; `wentBack` when it is certain that history was put back.
   * @throws what {@link ReflectorDeps.sameCluster} throws when another cluster answers.
   */
  check(owed: ListReason | null, signal: AbortSignal): Promise<Ending | null>;
}

/**
 * Finds out whether history was put back (etcd restored, an embedded cluster started anew, another API server at the
 * same address). A watch from a resourceVersion that has not come yet says nothing at all, so nobody would ever tell.
 *
 * - The most recent state lying behind what was seen is the proof: that read is linearizable. It is asked for a few
 *   times, because an older answer could be a server that lags against its promise.
 * - A list behind what was seen (`lagging`), or one refused as too new, proves nothing: a lagging API server of a
 *   highly available control plane answers so. It only leads here.
 * - A Pod shown as it was before, by a list from after (`rewound`), cannot be in one history either. That is how a
 *   restore is found out when the line of resourceVersions has passed ours again meanwhile.
 */
export function createResumption<Item>(deps: ReflectorDeps<Item>): Resumption {
  const { client, feed, health, deadlines, sameCluster } = deps;
  let older = 0;
  let rewound = 0;
  /** The connection broke: whatever answers now may be somebody else. */
  let broken = false;

  async function identify(signal: AbortSignal): Promise<Ending | null> {
    return (await sameCluster?.(signal)) ?? null;
  }

  async function conclude(why: string, signal: AbortSignal): Promise<Ending> {
    const message = `the history of the API server was put back (etcd restored, or another server): ${why}`;
    return (await identify(signal)) ?? { kind: 'wentBack', message };
  }

  return {
    note({ kind }, times = 1) {
      if (kind === 'rewound') rewound += times;
      if (kind !== 'closed') broken = true;
    },
    listed() {
      older = 0;
      rewound = 0;
      broken = false;
    },
    async check(owed, signal) {
      const seen = feed.resumePoint();
      if (seen === null || owed === 'epochChanged') return null;
      const unknown = broken ? await identify(signal) : null;
      if (unknown !== null) return unknown;
      const deadlineMs = deadlines.headersTimeoutMs;
      const current = await currentVersion(client, feed.collection, { signal, deadlineMs });
      if (current.kind === 'ended') return current.ending;
      health.contact();
      broken = false;
      if (rewound >= REWOUND_LISTS) return conclude('a list shows Pods as they were before', signal);
      const at = current.resourceVersion;
      if (!isOlder(at, seen)) {
        older = 0;
        if (at === seen && owed === null) health.progress();
        return null;
      }
      older += 1;
      const why = `its most recent state is ${at}, and ${seen} was seen`;
      if (older >= OLDER_ANSWERS) return conclude(why, signal);
      return { kind: 'lagging', message: `the API server is behind what was seen: ${why}` };
    },
  };
}
