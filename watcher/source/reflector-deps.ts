import type { ApiClient } from './call-api.ts';
import type { Ending } from './ending.ts';
import type { Feed } from './feed.ts';
import type { SourceHealth } from './source-health.ts';

/** The two deadlines of a stream, in ms. */
export type StreamDeadlines = { readonly headersTimeoutMs: number; readonly silenceMs: number };

export type ReflectorDeps<Item> = {
  readonly client: ApiClient;
  readonly feed: Feed<Item>;
  readonly random: () => number;
  readonly health: SourceHealth;
  readonly deadlines: StreamDeadlines;
  /** Without the permission: ask again slowly, or give this collection up. */
  readonly whenForbidden: 'retry' | 'disable';
};

/** How one attempt went; `listed` when it completed a list, `ending` null when there is simply more to do. */
export type Attempt = {
  readonly listed: boolean;
  readonly verb: 'list' | 'watch';
  readonly ending: Ending | null;
};
