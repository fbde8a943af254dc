import { counted } from '../../../settings/counted.ts';
import type { JournalStatus } from '../../../watcher/journal/operations/journal-status.ts';
import { hasJournal } from '../../../watcher/journal/operations/open-beside.ts';
import type { Examination, Examined } from '../examination/examination.ts';
import { notOk, ok } from '../examination/finding.ts';
import type { InspectedDirectory } from './check-directory.ts';
import { JOURNAL_GROUP } from './journal-group.ts';
import { lookAtJournal } from './look-at-journal.ts';

/** Whether what is in the directory can be read; null where no watcher has run yet. */
export function checkContents(
  { check, clock }: Examination,
  directory: Examined<InspectedDirectory>,
): Examined<JournalStatus | null> {
  return check<JournalStatus | null, readonly [typeof directory]>({
    id: 'journal.contents',
    group: JOURNAL_GROUP,
    title: 'contents',
    needs: [directory],
    run([{ path }]) {
      if (!hasJournal(path)) return ok('empty: no watcher has run on it yet', null);
      const found = lookAtJournal(path, clock.nowMs());
      if (typeof found === 'string') return notOk(found);
      const { pending, dead } = found.deliveries;
      const message = `${counted(found.events.stored, 'event')}, ${pending} pending, ${counted(dead, 'dead letter')}`;
      if (dead === 0) return ok(message, found);
      const hints = ['offhook journal list --state dead; then replay or purge them'];
      return { status: 'warning', message, hints, value: found };
    },
  });
}
