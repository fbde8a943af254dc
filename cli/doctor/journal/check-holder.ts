import { readHolder } from '../../../watcher/journal/database/journal-lock.ts';
import type { Examination, Examined } from '../examination/examination.ts';
import { ok } from '../examination/finding.ts';
import type { InspectedDirectory } from './check-directory.ts';
import { JOURNAL_GROUP } from './journal-group.ts';

/** Whether a watcher runs on the journal. Beside one that does, this is what is expected. */
export function checkHolder({ check }: Examination, directory: Examined<InspectedDirectory>): void {
  check({
    id: 'journal.lock',
    group: JOURNAL_GROUP,
    title: 'lock',
    needs: [directory],
    run([{ path }]) {
      const holder = readHolder(path);
      if (holder === null) return ok('free');
      if (holder === 'unnamed') return ok('held by a running watcher');
      return ok(`held by a running watcher: process ${holder.pid} on ${holder.host} since ${holder.since}`);
    },
  });
}
