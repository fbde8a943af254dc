import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '../../../../settings/ambient/describe-error.ts';
import { isBusy, isDamaged, primarySqliteCode, SQLITE } from '../../../../settings/files/sqlite-code.ts';
import { StartError } from '../faults/start-error.ts';

/** Less than this counts as a full disk: what the write-ahead log takes at a time. */
const NO_SPACE_BYTES = 65_536;

const FULL = 'the disk is full; free some space';
/** What to do about a database that cannot be read. */
export const RESTORE =
  'restore the directory from a backup; or move it away: the audit trail and what waits for its handlers are gone then, ' +
  'and watchers send what was not acknowledged';

/** What SQLite has against a receiver's database at the start; any other error comes back as it is. */
export function databaseFault(error: unknown, file: string): unknown {
  const fault = (mends: 'person' | 'time', why: string) =>
    new StartError(mends, `the database ${file} cannot be used (${messageOf(error)}): ${why}`, {
      cause: error,
    });
  if (isBusy(error)) return fault('time', 'another program holds it; end that one');
  if (isDamaged(error)) return fault('person', `it is damaged; ${RESTORE}`);
  switch (primarySqliteCode(error)) {
    case SQLITE.FULL:
      return fault('time', FULL);
    case SQLITE.IOERR:
      return fault('time', freeBytes(file) < NO_SPACE_BYTES ? FULL : 'the disk fails; look at the machine');
    case SQLITE.READONLY:
    case SQLITE.CANTOPEN:
      return freeBytes(file) < NO_SPACE_BYTES
        ? fault('time', FULL)
        : fault('person', 'it cannot be written; give directory and files to this user');
    default:
      return error;
  }
}

function freeBytes(file: string): number {
  const { bavail, bsize } = statfsSync(dirname(file));
  return bavail * bsize;
}
