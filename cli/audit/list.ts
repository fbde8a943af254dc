import type { StoredRecord } from '../../functions/audit/stored-record.ts';
import { printableJson } from '../../protocol/printable.ts';
import { systemClock } from '../../settings/ambient/clock.ts';
import { type Command, type CommandInput, EXIT, stringOption, UsageError } from '../terminal/command.ts';
import { formatTable } from '../terminal/format.ts';
import { describeRecord, readableContent } from './describe-record.ts';
import { FILTER_HELP, FILTER_OPTIONS, readFilter } from './read-filter.ts';
import { WHICH_AUDIT, WHICH_AUDIT_HELP, withAuditSource } from './with-audit-source.ts';

const MOST_LISTED = 1_000;

const HELP = `Usage: offhook audit list [OPTIONS]

Lists what the audit trail holds, the latest first: events, runs of handlers, and what the retention removed.
A filter about containers leaves runs out. Never writes; a running receiver does not notice.

Options:
${FILTER_HELP}
  --limit N            at most so many, 1 to ${MOST_LISTED} (default 50)
  --after CURSOR       go on behind the page before, whose end names it
${WHICH_AUDIT_HELP}
  --json               one JSON object a line
  -h, --help           this text

Exit code: 0, also when nothing matches; 1 when the audit trail cannot be read; 2 for a mistake on the
command line.
`;

export const listCommand: Command = {
  help: HELP,
  options: {
    ...FILTER_OPTIONS,
    limit: { type: 'string' },
    after: { type: 'string' },
    ...WHICH_AUDIT,
    json: { type: 'boolean' },
  },
  operands: 0,
  run(input, io) {
    const filter = readFilter(input, systemClock.nowMs());
    const page = { limit: readLimit(input), after: stringOption(input, 'after') };
    return withAuditSource(input, io, async (source) => {
      const { records, next } = await source.list(filter, page).catch(badCursor);
      if (input.options.json)
        for (const record of records) io.stdout.write(`${printableJson(JSON.stringify(toJson(record)))}\n`);
      else if (records.length > 0) io.stdout.write(`${toTable(records)}\n`);
      else io.stderr.write('No record matches.\n');
      if (next !== null) io.stderr.write(`More: --after ${next}\n`);
      return EXIT.ok;
    });
  },
};

function readLimit(input: CommandInput): number {
  const text = stringOption(input, 'limit') ?? '50';
  const limit = Number(text);
  if (/^\d{1,4}$/.test(text) && limit >= 1 && limit <= MOST_LISTED) return limit;
  throw new UsageError(`--limit must be a whole number from 1 to ${MOST_LISTED}, not "${text}"`);
}

function badCursor(error: unknown): never {
  if (error instanceof RangeError) throw new UsageError('--after must be what an earlier page ended with');
  throw error;
}

/** What the record says as JSON of its own, for `jq`; the hashed text is in an export. */
function toJson({ stream, position, hash, content, misfiled }: StoredRecord) {
  const changed = misfiled === undefined ? {} : { misfiled };
  return { stream, position, hash, ...changed, record: readableContent(content) };
}

function toTable(records: readonly StoredRecord[]): string {
  const rows = records.map((record) => {
    const { time, what, subject, result, event } = describeRecord(record);
    return [String(record.position), time, what, subject, result, event];
  });
  return formatTable([['POSITION', 'TIME', 'WHAT', 'SUBJECT', 'RESULT', 'EVENT'], ...rows]);
}
