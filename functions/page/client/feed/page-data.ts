import type { TimelineEntry } from '../../../timeline/timeline.ts';
import type { PageFilter } from '../../model/address/page-address.ts';
import type { FirstView } from '../../model/page-api.ts';
import { createTrail } from '../../model/runs/trail.ts';
import { createEntryIntake } from './entry-intake.ts';
import { createHistory } from './history.ts';
import { createLiveFeed, type LiveState } from './live-feed.ts';

type DataEvents = {
  onChange(): void;
  /** News from the live feed, before they are on the page. */
  onNews(entries: readonly TimelineEntry[]): void;
  onLive(state: LiveState): void;
};

/** All that the page knows: what the server put into it, what is loaded of the past, and what comes in live. */
export function createPageData(first: FirstView, { onChange, onNews, onLive }: DataEvents) {
  const trail = createTrail();
  trail.add(first.running);
  trail.add(first.entries);
  const intake = createEntryIntake(trail, { onChange, onFull: (keptFromMs) => history.letGo(keptFromMs) });
  const history = createHistory({
    onEntries: intake.take,
    onChange: intake.changed,
    onAccessEnded: () => onLive({ kind: 'stopped', why: 'access' }),
  });
  const feed = createLiveFeed({
    cursor: first.cursor,
    onEntries(entries) {
      onNews(entries);
      intake.take(entries);
    },
    onState: onLive,
  });

  return {
    trail,
    loaded: history.loaded,
    reach: history.reach,
    /** Goes on from what the server put into the page. */
    begin(filter: PageFilter): void {
      const oldest = first.entries.at(-1)?.occurredAtMs;
      history.begin(filter, first.next !== null && oldest !== undefined ? oldest + 1 : first.fromMs);
      feed.start(filter);
    },
    /** Asks for everything again, with other names. */
    restart(filter: PageFilter, nowMs: number): void {
      void history.restart(filter, nowMs);
      feed.start(filter);
    },
  };
}

export type PageData = ReturnType<typeof createPageData>;
