import type { ApiClient } from '../api/call-api.ts';
import type { Ending } from '../api/ending.ts';
import type { Feed } from './feed.ts';
import type { SourceHealth } from './source-health.ts';
import type { Turns } from './turns.ts';

/** The deadlines of a stream, in ms. */
export type StreamDeadlines = {
  /** For an answer to begin. */
  readonly headersTimeoutMs: number;
  /** Without any byte for this long a stream is taken for dead; null where quiet is normal. */
  readonly silenceMs: number | null;
};

export type ReflectorDeps<Item> = {
  readonly client: ApiClient;
  readonly feed: Feed<Item>;
  readonly random: () => number;
  readonly health: SourceHealth;
  /** To list in. */
  readonly turns: Turns;
  readonly deadlines: StreamDeadlines;
  /** Without the permission: ask again slowly, or give this collection up. */
  readonly whenForbidden: 'retry' | 'disable';
  /**
   * Asks which cluster answers, after a connection broke or history was put back: null when it is the one that is
   * followed, an ending when it could not be found out.
   *
   * @throws what ends the watcher when it is another one.
   */
  readonly sameCluster?: ((signal: AbortSignal) => Promise<Ending | null>) | undefined;
};

/** How one attempt went; `listed` when it completed a list, `ending` null when there is simply more to do. */
export type ReadAttempt = {
  readonly listed: boolean;
  readonly verb: 'list' | 'watch';
  readonly ending: Ending | null;
};
