import type { AuditFilter } from '../../functions/audit/audit-reader.ts';
import type { StoredRecord } from '../../functions/audit/stored-record.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { UsageError } from '../command/usage-error.ts';
import { printPage } from '../terminal/print-page.ts';
import { contentAsJson, describeRecord } from './describe-record.ts';
import type { WhichAudit } from './which-audit.ts';
import { withAuditSource } from './with-audit-source.ts';

/** Prints a page of the audit trail; returns the exit code. */
export function printRecords(
  {
    which,
    filter,
    page,
    json,
  }: {
    readonly which: WhichAudit;
    readonly filter: AuditFilter;
    readonly page: { readonly limit: number; readonly after: string | undefined };
    readonly json: boolean;
  },
  io: CommandIo,
): Promise<number> {
  return withAuditSource(which, io, async (source) => {
    const { records: items, next } = await source.list(filter, page).catch(badCursor);
    printPage(
      { items, next },
      {
        json,
        toJson,
        heading: ['POSITION', 'TIME', 'WHAT', 'SUBJECT', 'RESULT', 'EVENT'],
        toRow,
        noneText: 'No record matches.',
        cursorOption: '--after',
      },
      io,
    );
    return EXIT.ok;
  });
}

function badCursor(error: unknown): never {
  if (error instanceof RangeError) throw new UsageError('--after must be what an earlier page ended with');
  throw error;
}

/** What the record says as JSON of its own, for `jq`; the hashed text is in an export. */
function toJson({ stream, position, hash, content, misfiled }: StoredRecord) {
  const changed = misfiled === undefined ? {} : { misfiled };
  return { stream, position, hash, ...changed, record: contentAsJson(content) };
}

function toRow(record: StoredRecord): readonly string[] {
  const { time, what, subject, result, event } = describeRecord(record);
  return [String(record.position), time, what, subject, result, event];
}
