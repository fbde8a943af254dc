import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { JournalStatus } from '../../../watcher/journal/operations/journal-status.ts';
import { formatBytes } from '../../terminal/format-quantity.ts';
import type { Examination, Examined } from '../examination/examination.ts';
import { type Finding, notOk, ok, warning } from '../examination/finding.ts';
import type { InspectedDirectory } from './check-directory.ts';
import { JOURNAL_GROUP } from './journal-group.ts';

/** The write-ahead log alone may take so much. */
const LEAST_BYTES = 16 * 1024 * 1024;
/** The watcher begins to remove delivered events at 90 %. */
const NEARLY_FULL = 0.8;

/** Whether the journal has room: on the disk, and up to its quota. */
export function checkRoom(
  { check }: Examination,
  needs: readonly [Examined<InspectedDirectory>, Examined<JournalStatus | null>],
): void {
  check({
    id: 'journal.room',
    group: JOURNAL_GROUP,
    title: 'room',
    needs,
    run([{ path, isMissing, maxBytes }, status]) {
      const { bavail, bsize } = statfsSync(isMissing ? dirname(path) : path);
      return judgeRoom({ freeBytes: bavail * bsize, usedBytes: status?.bytes.used ?? 0, maxBytes });
    },
  });
}

function judgeRoom(room: { freeBytes: number; usedBytes: number; maxBytes: number }): Finding {
  const { freeBytes, usedBytes, maxBytes } = room;
  const free = `${formatBytes(freeBytes)} free`;
  const used = `${formatBytes(usedBytes)} of the quota of ${formatBytes(maxBytes)} used`;
  if (usedBytes >= maxBytes)
    return notOk(
      `${used}: nothing more is read`,
      'Mend the receiver, remove dead letters with offhook journal purge, or raise journal.maxBytes.',
    );
  if (freeBytes < LEAST_BYTES)
    return notOk(`the disk is full: ${free}`, 'Free some space, or enlarge the volume.');
  if (usedBytes >= maxBytes * NEARLY_FULL)
    return warning(used, 'Is a receiver down, or the quota (journal.maxBytes) too small for the retention?');
  if (usedBytes + freeBytes < maxBytes)
    return warning(
      `${free}, less than the quota of ${formatBytes(maxBytes)} may take`,
      'The disk would be full first: lower journal.maxBytes, or enlarge the volume.',
    );
  return ok(`${free}, ${used}`);
}
