import { messageOf } from '../../../settings/ambient/describe-error.ts';
import { JournalError, JournalWriteError } from '../../../watcher/journal/database/journal-error.ts';
import { type JournalStatus, readStatus } from '../../../watcher/journal/operations/journal-status.ts';
import { openBeside } from '../../../watcher/journal/operations/open-beside.ts';

/** What a journal says of itself, read beside the watcher that may be running on it; a text says why it cannot be read. */
export function lookAtJournal(directory: string, nowMs: number): JournalStatus | string {
  try {
    const journal = openBeside(directory, 'read');
    try {
      return readStatus(journal, nowMs);
    } finally {
      journal.close();
    }
  } catch (error) {
    if (error instanceof JournalError || error instanceof JournalWriteError) return messageOf(error);
    throw error;
  }
}
