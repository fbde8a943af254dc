import { messageOf } from '../../settings/ambient/describe-error.ts';
import { every } from '../../settings/ambient/every.ts';
import type { Dispatcher } from '../delivery/queue/dispatcher.ts';
import type { JournalWriteError } from '../journal/database/journal-error.ts';
import { startJournalUpkeep } from '../journal/journal-upkeep.ts';
import type { Journal } from '../journal/open-journal.ts';
import type { WatcherMetrics } from '../metrics/watcher-metrics.ts';
import type { Following } from './follow-cluster.ts';
import type { WatcherDeps } from './watcher-deps.ts';

const SETTLE_INTERVAL_MS = 1_000;

type Stages = {
  readonly journal: Journal;
  readonly dispatcher: Pick<Dispatcher, 'refresh'>;
  readonly following: Pick<Following, 'settle'>;
  readonly metrics: Pick<WatcherMetrics, 'onRemoved'>;
  /** The journal's disk or file failed: nothing can be stored any more. */
  readonly fail: (error: JournalWriteError) => void;
};

/** What nobody asks for and has to be done: about once a second, and the journal's upkeep. Returns what ends it. */
export function startHousekeeping(
  { clock, log }: Pick<WatcherDeps, 'clock' | 'log'>,
  { journal, dispatcher, following, metrics, fail }: Stages,
): () => void {
  /** What `offhook journal` did in a process of its own. */
  function takeOver(): void {
    try {
      const foreign = journal.takeForeignChanges();
      if (foreign === null) return;
      dispatcher.refresh(foreign);
      for (const subscription of foreign.enabled)
        log.info({ subscription }, 'a subscription was enabled: taken up again');
      for (const subscription of foreign.hurried)
        log.info({ subscription }, 'what waits is tried now: somebody asked for it');
    } catch (error) {
      log.warn({ cause: messageOf(error) }, 'changes of other processes could not be read; looking again');
    }
  }

  const stopSettling = every(clock, SETTLE_INTERVAL_MS, () => {
    const broken = journal.lastError();
    if (broken?.fatal) fail(broken);
    else following.settle();
    takeOver();
  });
  const stopUpkeep = startJournalUpkeep({ journal, clock, log, onRemoved: metrics.onRemoved });
  return () => {
    stopUpkeep();
    stopSettling();
  };
}
