import type { StoredRecord } from '../../functions/audit/stored-record.ts';
import { rfc3339 } from '../terminal/rfc3339.ts';

/** A record as a row of a table. */
type AuditRow = {
  readonly time: string;
  readonly what: string;
  readonly subject: string;
  readonly result: string;
  readonly event: string;
};

const MOST_CHARACTERS = 160;

type Said = Readonly<Record<string, unknown>>;

/** What a content says; null when it cannot be read. */
export function contentAsJson(content: string): Said | null {
  try {
    const said: unknown = JSON.parse(content);
    return typeof said === 'object' && said !== null ? (said as Said) : null;
  } catch {
    return null;
  }
}

/** Reads a record without relying on it: somebody may have changed it, and where that is known, the result says so. */
export function describeRecord({ content, misfiled }: StoredRecord): AuditRow {
  const row = describeContent(content);
  if (misfiled === undefined) return row;
  return { ...row, result: `CHANGED (${misfiled}), run "offhook audit verify": ${row.result}` };
}

function describeContent(content: string): AuditRow {
  const said = contentAsJson(content);
  const none = { time: '', what: 'unreadable', subject: '', result: 'run "offhook audit verify"', event: '' };
  if (said === null) return none;
  switch (said.kind) {
    case 'event':
      return describeEvent(said);
    case 'run':
      return describeRun(said);
    case 'rerun':
      return describeRerun(said);
    case 'retention': {
      const result = `${text(said.removed)} ${said.removed === 1 ? 'record' : 'records'} removed, up to position ${text(said.upToPosition)}`;
      return { time: time(said.recordedAtMs), what: 'retention', subject: '', result, event: '' };
    }
    default:
      return none;
  }
}

function describeEvent(said: Said): AuditRow {
  const names = [said.namespace, said.pod, said.container].map(text).filter((name) => name !== '');
  const exit = said.exitCode === null ? [] : [`exit ${text(said.exitCode)}`];
  const result = [...exit, text(said.reason)].filter((part) => part !== '').join(' ');
  const subject = names.length === 0 ? text(said.cluster) : names.join('/');
  return { time: time(said.occurredAtMs), what: text(said.hook), subject, result, event: text(said.eventId) };
}

function describeRun(said: Said): AuditRow {
  const took = Number(said.finishedAtMs) - Number(said.startedAtMs);
  const error = said.error === null ? '' : `: ${text(said.error)}`;
  const result = `attempt ${text(said.attempt)} ${text(said.outcome)} in ${took} ms${error}${returned(said)}`;
  const subject = `handler ${text(said.handler)}`;
  return { time: time(said.startedAtMs), what: 'run', subject, result, event: text(said.eventId) };
}

/** The beginning of it; `--json` and an export have all. */
function returned({ result, resultOmitted }: Said): string {
  if (resultOmitted !== undefined) return `, result left out: ${cut(text(resultOmitted))}`;
  return result === undefined ? '' : `, returned ${cut(JSON.stringify(result))}`;
}

function cut(words: string): string {
  return words.length <= MOST_CHARACTERS ? words : `${words.slice(0, MOST_CHARACTERS - 1)}…`;
}

function describeRerun(said: Said): AuditRow {
  const claimed = said.claimedBy === null ? '' : `, says ${text(said.claimedBy)}`;
  const result = `asked to run again after attempt ${text(said.afterAttempt)} by ${text(said.by ?? said.how)}${claimed}`;
  const subject = `handler ${text(said.handler)}`;
  return { time: time(said.recordedAtMs), what: 'rerun', subject, result, event: text(said.eventId) };
}

function text(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}

function time(value: unknown): string {
  const ms = Number(value);
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? (rfc3339(ms) ?? '') : '';
}
