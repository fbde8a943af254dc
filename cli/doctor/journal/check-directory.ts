import type { WatcherConfig } from '../../../watcher/config/watcher-config.ts';
import { inspectDirectory } from '../../../watcher/journal/database/journal-directory.ts';
import { JournalError } from '../../../watcher/journal/database/journal-error.ts';
import type { Examination, Examined } from '../examination/examination.ts';
import { notOk, ok } from '../examination/finding.ts';
import { JOURNAL_GROUP } from './journal-group.ts';

/** @property isMissing the watcher creates it at its start. */
export type InspectedDirectory = {
  readonly path: string;
  readonly isMissing: boolean;
  readonly maxBytes: number;
};

/** Whether the journal's directory can be used and outlives a restart, by what the watcher asks at its start. */
export function checkDirectory(
  { check }: Examination,
  configuration: Examined<WatcherConfig>,
): Examined<InspectedDirectory> {
  return check<InspectedDirectory, readonly [typeof configuration]>({
    id: 'journal.directory',
    group: JOURNAL_GROUP,
    title: 'directory',
    needs: [configuration],
    run([{ journal }]) {
      const { directory, allowVolatile, maxBytes } = journal;
      try {
        const { path, isMissing, volatileKind } = inspectDirectory(directory, allowVolatile);
        const value = { path, isMissing, maxBytes };
        const there = isMissing ? `${path} will be created` : path;
        if (volatileKind === null) return ok(`${there}, on a file system that lasts`, value);
        const hints = [
          'journal.allowVolatile accepts that a restart of the machine loses undelivered events.',
        ];
        return { status: 'warning', message: `${there}, on ${volatileKind}`, hints, value };
      } catch (error) {
        if (error instanceof JournalError) return notOk(error.message);
        throw error;
      }
    },
  });
}
