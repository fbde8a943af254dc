import type { JournalStatus } from '../../../watcher/journal/operations/journal-status.ts';
import type { Examination, Examined } from '../examination/examination.ts';
import { notOk, ok } from '../examination/finding.ts';
import { JOURNAL_GROUP } from './journal-group.ts';

/** Whether the journal is of the cluster that answers. */
export function checkCluster(
  { check }: Examination,
  needs: readonly [Examined<JournalStatus | null>, Examined<string>],
): void {
  check({
    id: 'journal.cluster',
    group: JOURNAL_GROUP,
    title: 'cluster',
    needs,
    run([status, clusterUid]) {
      const bound = status?.clusterUid ?? null;
      if (bound === null) return ok('not bound to a cluster yet');
      if (bound === clusterUid) return ok('belongs to this cluster');
      return notOk(
        `belongs to the cluster ${bound}, and ${clusterUid} answers`,
        'Give each cluster a journal directory of its own, or choose the right context.',
      );
    },
  });
}
