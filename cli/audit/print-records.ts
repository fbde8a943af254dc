import type { AuditFilter } from '../../functions/audit/audit-reader.ts';
import { impossibleFilter } from '../../functions/audit/impossible-filter.ts';
import type { StoredRecord } from '../../functions/audit/stored-record.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { UsageError } from '../command/usage-error.ts';
import { printPage } from '../terminal/print-page.ts';
import { contentAsJson, describeRecord } from './describe-record.ts';
import type { WhichAudit } from './which-audit.ts';
import { withAuditSource } from './with-audit-source.ts';

const MOST_EVENTS = 200;

/** Prints a page of the audit trail; returns the exit code. */
export function printRecords(
  {
    which,
    filter,
    withRuns,
    page,
    json,
  }: {
    readonly which: WhichAudit;
    readonly filter: AuditFilter;
    /** Events alone, each with the runs of its handlers behind it. */
    readonly withRuns: boolean;
    readonly page: { readonly limit: number; readonly after: string | undefined };
    readonly json: boolean;
  },
  io: CommandIo,
): Promise<number> {
  const { ofEvents, isWanted } = withRuns ? splitFilter(filter) : { ofEvents: filter, isWanted: () => true };
  refuseImpossible(ofEvents);
  return withAuditSource(which, io, async (source) => {
    const asked = withRuns
      ? source.eventsWithRuns(ofEvents, { ...page, limit: Math.min(page.limit, MOST_EVENTS) })
      : source.list(ofEvents, page);
    const { records, next } = await asked.catch(badCursor);
    const items = records.filter(isWanted);
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

/** With the runs below the events, filters about runs choose among those. */
function splitFilter({ handler, handlerOutcome, ...ofEvents }: AuditFilter) {
  const isWanted = ({ content }: StoredRecord) => {
    const said = contentAsJson(content);
    if (said?.kind !== 'run' && said?.kind !== 'rerun') return true;
    const isHandler = handler === undefined || said.handler === handler;
    return isHandler && (handlerOutcome === undefined || said.outcome === handlerOutcome);
  };
  return { ofEvents, isWanted };
}

const OPTIONS: Readonly<Partial<Record<keyof AuditFilter, string>>> = {
  exitCode: 'exit-code',
  handlerOutcome: 'handler-outcome',
  eventId: 'event',
  fromMs: 'since',
  toMs: 'until',
};

/** An empty list would look as if nothing had happened. */
function refuseImpossible(filter: AuditFilter): void {
  const pair = impossibleFilter(filter);
  if (pair === null) return;
  const [one, other] = [pair.field, pair.beside].map((field) => `--${OPTIONS[field] ?? field}`);
  switch (pair.kind) {
    case 'runsNameNoContainer':
      throw new UsageError(
        `${one} is about events and ${other} about runs of handlers, so nothing matches both; with --with-runs the runs stand below the events that match`,
      );
    case 'onPostStopOnly':
      throw new UsageError(`${one} matches postStop only; leave out ${other}, or give ${other} postStop`);
    case 'endsBeforeItBegins':
      throw new UsageError(`${one} is not before ${other}, so nothing matches`);
  }
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
