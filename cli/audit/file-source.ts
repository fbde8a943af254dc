import { createReadStream } from 'node:fs';
import type { RecordPage } from '../../functions/audit/audit-reader.ts';
import { matchesAuditFilter } from '../../functions/audit/matches-audit-filter.ts';
import type { RecordContent, StoredRecord } from '../../functions/audit/stored-record.ts';
import { eventOf, readableContent } from '../../functions/audit/timeline-entry.ts';
import type { ChainEntry } from '../../functions/audit/verify/verify-verdict.ts';
import { withHandled } from '../../functions/audit/with-handled.ts';
import { fromWire } from '../../functions/audit-api/wire-record.ts';
import { errorCodeOf } from '../../settings/ambient/describe-error.ts';
import { whyUnreadable } from '../../settings/files/why-unreadable.ts';
import { createLineSplitter } from '../../watcher/source/api/split-lines.ts';
import { type AuditSource, AuditSourceError } from './audit-source.ts';

/** Four thirds of the largest body a receiver takes, and its record, with room to spare. */
const MOST_LINE_BYTES = 1024 * 1024;
/** The file is read once for each: one that names as many as it has lines would never end. */
const MOST_CHAINS = 1_000;
const NEWLINE = new Uint8Array([0x0a]);

/**
 * What `offhook audit export` wrote. It is read from its beginning for every question, a line at a time.
 *
 * @throws AuditSourceError naming the line that cannot be read.
 */
export function openFileSource(file: string): AuditSource {
  async function list(
    isWanted: (content: RecordContent) => boolean,
    { limit, after }: { readonly limit: number; readonly after: string | undefined },
  ): Promise<RecordPage> {
    const end = after === undefined ? Number.POSITIVE_INFINITY : lineOf(after);
    const newest: { readonly line: number; readonly entry: ChainEntry }[] = [];
    let hasMore = false;
    for await (const found of readEntries(file)) {
      if (found.line >= end) break;
      const content = readableContent(found.entry.record);
      if (content === null || !isWanted(content)) continue;
      newest.push(found);
      if (newest.length > limit) hasMore = newest.shift() !== undefined;
    }
    const next = hasMore ? String(newest[0]?.line) : null;
    return { records: newest.reverse().map(({ entry }) => entry.record), next };
  }

  return {
    moves: false,
    async streams() {
      const found = new Set<string>();
      for await (const { entry } of readEntries(file)) {
        found.add(entry.record.stream);
        if (found.size > MOST_CHAINS)
          throw new AuditSourceError(`${file} names more than ${MOST_CHAINS} chains`);
      }
      return [...found].sort();
    },
    faults: async () => [],
    async *entries(stream, { after, bodies }) {
      for await (const { entry } of readEntries(file)) {
        const { record } = entry;
        if (record.stream === stream && record.position > after) yield bodies ? entry : { record };
      }
    },
    list: (filter, page) => list((content) => matchesAuditFilter(filter, content), page),
    async eventsWithRuns(filter, page) {
      const isEvent = (content: RecordContent) =>
        content.kind === 'event' && matchesAuditFilter(filter, content);
      const { records: events, next } = await list(isEvent, page);
      const ids = new Set(events.map(eventOf));
      const handled: StoredRecord[] = [];
      for await (const { entry } of readEntries(file)) {
        const kind = readableContent(entry.record)?.kind;
        if ((kind === 'run' || kind === 'rerun') && ids.has(eventOf(entry.record)))
          handled.push(entry.record);
      }
      return { records: withHandled(events, handled), next };
    },
    close: () => {},
  };
}

function lineOf(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new RangeError('the cursor is none of this file: use one from an earlier page');
}

async function* readEntries(
  file: string,
): AsyncGenerator<{ readonly line: number; readonly entry: ChainEntry }> {
  let line = 0;
  for await (const text of readLines(file)) {
    line += 1;
    const entry = fromWire(parsed(text));
    if (entry === null) throw new AuditSourceError(`${file}: line ${line} is no record of an export`);
    yield { line, entry };
  }
}

async function* readLines(file: string): AsyncGenerator<string> {
  const splitter = createLineSplitter(MOST_LINE_BYTES);
  try {
    for await (const chunk of createReadStream(file)) {
      const { lines, overlong } = splitter.push(chunk as Uint8Array);
      yield* lines;
      if (overlong) throw new AuditSourceError(`${file} holds a line of more than 1 MiB: it is no export`);
    }
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === undefined) throw error;
    throw new AuditSourceError(`${file}: ${whyUnreadable(code)}`, { cause: error });
  }
  yield* splitter.push(NEWLINE).lines;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
