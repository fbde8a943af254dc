import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { createClaimTable, type Exec } from '../../../../functions/platforms/sql/claim-table.ts';
import {
  type ForgetPlace,
  forgetSlice,
  isForgotten,
} from '../../../../functions/platforms/sql/forget-slice.ts';
import { createStateTable } from '../../../../functions/platforms/sql/state-table.ts';
import { failedRun } from '../../support/ended-run.ts';

const OLD = Date.UTC(2026, 0, 1);
const YOUNG = OLD + 1_000;
const SOURCE = 'urn:offhook:cluster:c0ffee';

function openTables() {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  const exec: Exec = (statement, ...values) => database.prepare(statement).all(...values);
  const [claims, states] = [createClaimTable(exec), createStateTable(exec)];
  const count = (table: string) => Number(exec(`SELECT count(*) AS n FROM ${table}`)[0]?.n);
  /** A round, as the number of its steps. */
  const forget = (beforeMs: number, rows: number): number => {
    let place: ForgetPlace | null = null;
    for (let steps = 1; ; steps += 1) {
      place = forgetSlice(exec, place, { beforeMs, rows });
      if (place === null) return steps;
    }
  };
  /** An event that came twice, with two handlers that were run again, and the state of its container. */
  const keep = (number: number, atMs: number): void => {
    const eventId = `evt_${String(number * 7919).padStart(8, '0')}`;
    claims.addReceipt(eventId, atMs, 'status:told');
    claims.repeats(eventId, atMs);
    for (const handler of ['one', 'two']) {
      const key = { source: SOURCE, eventId, partitionKey: `pod-${number}/app`, handler };
      claims.claim(key, 1, atMs);
      claims.fail(key, failedRun(key), null);
      claims.reopen(key, atMs);
    }
    states.writeState(
      { stream: SOURCE, partitionKey: `pod-${number}/app` },
      { version: 1, state: '[]' },
      atMs,
    );
  };
  const counts = () => ['receipts', 'repeats', 'claims', 'reopenings', 'container_states'].map(count);
  return { exec, claims, forget, keep, counts };
}

it.each([1, 2, 3, 10, 1_000])('forgets what is old and nothing else, %i rows at a time', (rows) => {
  const { forget, keep, counts } = openTables();
  for (let number = 0; number < 40; number += 1) keep(number, number % 4 === 0 ? YOUNG : OLD);
  forget(YOUNG, rows);
  expect(counts()).toEqual([10, 10, 20, 20, 10]);
  forget(YOUNG + 1, rows);
  expect(counts()).toEqual([0, 0, 0, 0, 0]);
});

it('looks at no more rows in a step than it is told', () => {
  const { forget, keep } = openTables();
  for (let number = 0; number < 40; number += 1) keep(number, YOUNG);
  // 40 receipts, 80 claims and 40 states, and one step more where the last was full.
  expect(forget(YOUNG, 10)).toBe(5 + 9 + 5);
  expect(forget(YOUNG, 1_000)).toBe(3);
});

it('keeps what comes while a round goes on', () => {
  const { exec, claims, keep, counts } = openTables();
  for (let number = 0; number < 10; number += 1) keep(number, OLD);
  let place = forgetSlice(exec, null, { beforeMs: YOUNG, rows: 4 });
  claims.addReceipt('evt_00000001', YOUNG);
  claims.addReceipt('evt_99999999', YOUNG);
  while (place !== null) place = forgetSlice(exec, place, { beforeMs: YOUNG, rows: 4 });
  expect(counts()).toEqual([2, 0, 0, 0, 0]);
});

it('says when nothing is left', () => {
  const { exec, forget, keep } = openTables();
  expect(isForgotten(exec)).toBe(true);
  keep(1, OLD);
  expect(isForgotten(exec)).toBe(false);
  forget(YOUNG, 10);
  expect(isForgotten(exec)).toBe(true);
});
