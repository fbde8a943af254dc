import type { DatabaseSync } from 'node:sqlite';
import { integerOf } from './column.ts';
import type { Writer } from './writer.ts';

/** Events that one step removes at most, so that the watch never waits long for it. */
const STEP_EVENTS = 500;

/** What one step removed; `more`: call again soon. */
export type PurgeReport = { readonly events: number; readonly deadLetters: number; readonly more: boolean };

type Dependencies = {
  readonly database: DatabaseSync;
  readonly writer: Writer;
  /** How long an event is kept after it was stored, and after its last delivery was settled. */
  readonly retentionMs: number;
  /** Told before dead letters are gone for good. */
  readonly onDeadLetters: (count: number) => void;
};

/**
 * Removes old events, a bounded number a call: those stored and settled longer ago than the retention. An event with
 * a pending delivery stays, however old.
 */
export function createPurge(dependencies: Dependencies): (nowMs: number) => PurgeReport {
  const { database, writer, retentionMs, onDeadLetters } = dependencies;
  const selectOld = database.prepare(
    `SELECT sequence FROM event AS e WHERE sequence > ? AND stored_at_ms < ? AND NOT EXISTS (
       SELECT 1 FROM delivery AS d
       WHERE d.sequence = e.sequence AND (d.state = 'pending' OR d.changed_at_ms >= ?))
     ORDER BY sequence LIMIT ${STEP_EVENTS}`,
  );
  const countDead = database.prepare(
    "SELECT count(*) AS n FROM delivery WHERE sequence = ? AND state = 'dead'",
  );
  const deletes = ['attempt', 'delivery', 'event'].map((table) =>
    database.prepare(`DELETE FROM ${table} WHERE sequence = ?`),
  );
  // Where the last step ended: what it skipped is not looked at again until the next round.
  let after = 0;

  return (nowMs) => {
    const before = Math.floor(nowMs - retentionMs);
    const old = selectOld.all(after, before, before).map((row) => integerOf(row, 'sequence'));
    const more = old.length === STEP_EVENTS;
    if (old.length === 0) {
      after = 0;
      return { events: 0, deadLetters: 0, more };
    }
    const deadLetters = old.reduce((sum, sequence) => sum + integerOf(countDead.get(sequence), 'n'), 0);
    if (deadLetters > 0) onDeadLetters(deadLetters);
    writer.transaction(() => {
      for (const sequence of old) for (const statement of deletes) statement.run(sequence);
    });
    after = more ? (old.at(-1) ?? 0) : 0;
    return { events: old.length, deadLetters, more };
  };
}
