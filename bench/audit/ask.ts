import type { Sql, SqlValue } from '../../functions/audit/sql/sql.ts';
import { createSqlAuditReader } from '../../functions/audit/sql/sql-audit-reader.ts';
import { createSqlTimeline } from '../../functions/audit/sql/sql-timeline.ts';
import { eventId, momentMs, podName } from './history-names.ts';

/** What is asked; each is measured beside the bare SELECT that gets the same rows through the same index. */
export const QUESTIONS = ['pod', 'event', 'newest', 'window'] as const;
export type Question = (typeof QUESTIONS)[number];

/** @property index of a record: which Pod, event or moment is meant. */
export type Asked = { readonly question: Question; readonly index: number; readonly pods: number };

const POD_RECORDS = 1_000;
const PAGE_RECORDS = 100;
const WINDOW_ENTRIES = 500;

/** Asks the audit trail itself; says how many records or entries came. */
export async function ask(sql: Sql, { question, index, pods }: Asked): Promise<number> {
  const reader = createSqlAuditReader(sql);
  const timeline = createSqlTimeline(sql);
  switch (question) {
    case 'pod':
      return (await reader.list({ pod: podName(index % pods) }, { limit: POD_RECORDS })).records.length;
    case 'event':
      return (await timeline.entry(eventId(index))) === null ? 0 : 1;
    case 'newest':
      return (await reader.list({}, { limit: PAGE_RECORDS })).records.length;
    case 'window': {
      const window = { fromMs: 0, toMs: momentMs(index), filter: {} };
      return (await timeline.window(window, WINDOW_ENTRIES)).entries.length;
    }
  }
}

/** The floor. */
export async function askBare(sql: Sql, asked: Asked): Promise<number> {
  const [rest, ...values] = bare(asked);
  return (await sql.all(`SELECT content FROM audit_records ${rest}`, values)).length;
}

function bare({ question, index, pods }: Asked): readonly [string, ...SqlValue[]] {
  switch (question) {
    case 'pod':
      return ['WHERE pod = ? LIMIT ?', podName(index % pods), POD_RECORDS];
    case 'event':
      return ['WHERE event_id = ?', eventId(index)];
    case 'newest':
      return ['ORDER BY at_ms DESC LIMIT ?', PAGE_RECORDS];
    case 'window':
      return [
        "WHERE at_ms < ? AND kind = 'event' ORDER BY at_ms DESC LIMIT ?",
        momentMs(index),
        WINDOW_ENTRIES,
      ];
  }
}
