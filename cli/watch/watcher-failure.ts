import { ListenError } from '../../settings/serving/listen.ts';
import { JournalError, JournalWriteError } from '../../watcher/journal/database/journal-error.ts';
import { ClusterAccessError } from '../../watcher/source/cluster/cluster-access-error.ts';

/**
 * What keeps a watcher from starting or going on, as one sentence for its operator.
 *
 * @throws the error itself where it is a defect, which keeps its stack.
 */
export function watcherFailure(error: unknown): string {
  const expected =
    error instanceof ClusterAccessError ||
    error instanceof JournalError ||
    error instanceof JournalWriteError ||
    error instanceof ListenError;
  if (expected) return error.message;
  throw error;
}
