import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createSqliteSql } from '../../functions/platforms/node/sqlite/sqlite-sql.ts';
import { type Asked, ask, askBare, QUESTIONS, type Question } from '../audit/ask.ts';
import { openD1History } from '../audit/d1-history.ts';
import { loadHistory } from '../audit/load-history.ts';
import { type Figure, median } from '../figure.ts';
import type { RowContext } from './row-context.ts';

const RECORDS_A_POD = 200;
const ASKED_A_ROUND = 20;
/** What an audit trail of a million records must answer within, for one Pod. */
const POD_MS = 50;

type Ask = (how: 'trail' | 'bare', asked: Asked) => Promise<number>;

/** Questions to a long audit trail, on SQLite and on D1, each beside the bare SELECT of the same rows. */
export async function auditQuestions(context: RowContext): Promise<readonly Figure[]> {
  const pods = Math.ceil(context.records / RECORDS_A_POD);
  const file = join(context.scratchDirectory(), 'audit.db');
  const forD1 = join(context.scratchDirectory(), 'd1.db');
  loadHistory(file, { records: context.records, pods });
  copyFileSync(file, forD1);
  const database = new DatabaseSync(file);
  const sql = createSqliteSql(database);
  const onSqlite = await figures('SQLite', pods, context, (how, asked) =>
    how === 'trail' ? ask(sql, asked) : askBare(sql, asked),
  );
  database.close();
  const d1 = await openD1History(forD1, context.scratchDirectory());
  const onD1 = await figures('D1', pods, context, d1.ask);
  await d1.close();
  return [...onSqlite, ...onD1];
}

async function figures(
  where: string,
  pods: number,
  context: RowContext,
  askIt: Ask,
): Promise<readonly Figure[]> {
  const found: Figure[] = [];
  for (const question of QUESTIONS) found.push(await measure(where, question, pods, context, askIt));
  return found;
}

async function measure(
  where: string,
  question: Question,
  pods: number,
  { records, rounds }: RowContext,
  askIt: Ask,
): Promise<Figure> {
  const times: Record<'trail' | 'bare', number[]> = { trail: [], bare: [] };
  let rows = 0;
  for (let number = 0; number < rounds * ASKED_A_ROUND; number += 1) {
    // Far from the one before, and never a handler's run.
    const index = Math.floor((number * 0.618034 * records) % records);
    const asked = { question, index: index - (index % 10), pods };
    for (const how of number % 2 === 0 ? (['trail', 'bare'] as const) : (['bare', 'trail'] as const)) {
      const startMs = performance.now();
      const answered = await askIt(how, asked);
      times[how].push(performance.now() - startMs);
      if (how === 'trail') rows = Math.max(rows, answered);
    }
  }
  const [ms, bareMs] = [median(times.trail), median(times.bare)];
  const bound =
    question === 'pod'
      ? ({ value: ms, unit: 'ms', required: { atMost: POD_MS }, aim: { atMost: 10 } } as const)
      : ({ value: ms / bareMs, unit: 'x', required: { atMost: 6 }, aim: { atMost: 3 } } as const);
  const ratio = question === 'pod' ? `, ${(ms / bareMs).toFixed(2)}x` : '';
  return {
    what: `audit trail of ${records.toLocaleString('en-US')} on ${where}: ${WHAT[question]} (${rows})`,
    measured: `${ms.toFixed(2)} ms${ratio}`,
    floor: `${bareMs.toFixed(2)} ms bare SELECT`,
    ...bound,
  };
}

const WHAT: Readonly<Record<Question, string>> = {
  pod: 'all of a Pod',
  event: 'an event with its runs',
  newest: 'the newest page',
  window: 'a window of the timeline',
};
