import { delay } from '../../settings/ambient/delay.ts';
import type { PodSnapshot } from '../lifecycle/snapshot/pod-snapshot.ts';
import type { ApiClient } from './api/call-api.ts';
import { guardSink } from './api/ending.ts';
import { listPages } from './api/list-pages.ts';
import type { SourceLog } from './api/source-log.ts';
import type { PodFeed } from './pod-feed.ts';
import type { Turns } from './reflector/turns.ts';

type ComparisonDeps = {
  readonly client: ApiClient;
  readonly feed: PodFeed;
  readonly random: () => number;
  readonly log: SourceLog;
  /** To list in. */
  readonly turns: Turns;
  readonly intervalMs: number;
  /** Is the watch under way? While it is not there is nothing to compare with. */
  readonly isWatching: () => boolean;
  /** Two lists in a row have shown Pods as they were before. */
  readonly onRewound: (message: string) => void;
};

/** A second look after a list that shows the past. */
const SECOND_LOOK_MS = 10_000;

/**
 * Lists all Pods every `intervalMs` (± 10 %) beside the watch, because API servers are known to lose watch events
 * (kubernetes/kubernetes#123072). The answer waits until the watch has passed the listed state; where that does not
 * happen (no changes and no bookmarks) it is dropped when the next comparison begins. A list that fails is not
 * repeated before then.
 *
 * A Pod as it was before what the watch told, in a list of a state after that, means that the history was put back and
 * has passed the old one meanwhile: a second list decides.
 */
export async function runComparisons(deps: ComparisonDeps, signal: AbortSignal): Promise<void> {
  const { client, feed, random, log, intervalMs } = deps;
  let suspected = false;
  while (!signal.aborted) {
    await delay(client.clock, suspected ? SECOND_LOOK_MS : intervalMs * (0.9 + 0.2 * random()), signal);
    if (signal.aborted || !deps.isWatching()) continue;
    const endTurn = await deps.turns.take(signal);
    if (signal.aborted || !deps.isWatching()) {
      endTurn();
      continue;
    }
    const comparison = feed.compare();
    const result = await listPages<PodSnapshot>(client, {
      collection: feed.collection,
      notOlderThan: null,
      project: feed.project,
      signal,
      onPage: (items, resourceVersion) =>
        guardSink(() => {
          comparison.page(
            items.flatMap(({ item }) => item ?? []),
            resourceVersion,
          );
          return null;
        }),
    }).finally(endTurn);
    const ending =
      result.kind === 'ended'
        ? result.ending
        : guardSink(() => {
            feed.compareAt(comparison, result.resourceVersion);
            return null;
          });
    const rewound = comparison.rewound();
    if (rewound !== null && suspected) deps.onRewound(`lists show Pod ${rewound} as it was before`);
    suspected = rewound !== null && !suspected;
    if (ending !== null)
      log.debug({ cause: ending.kind }, `no comparison with a full list: ${ending.message}`);
  }
}
