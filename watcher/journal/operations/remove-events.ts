import type { DatabaseSync } from 'node:sqlite';
import { integerOf } from '../database/column.ts';
import type { Writer } from '../database/writer.ts';
import { isOver } from '../upkeep/retention.ts';
import { createSweep } from '../upkeep/sweep.ts';

/** What one transaction removes at most; the watcher's own wait for it. */
const STEP = 500;

/** `before`: events stored and settled earlier. `deadLetters`: of one subscription, settled earlier if given. */
export type RemovalTarget =
  | { readonly kind: 'before'; readonly beforeMs: number }
  | { readonly kind: 'deadLetters'; readonly subscription: string; readonly beforeMs: number | null };

/** `deadLetters` are among `events`, or, where only the dead letters go, all there is. */
export type RemovalCount = { readonly events: number; readonly deadLetters: number };

interface EventRemoval {
  count(target: RemovalTarget): RemovalCount;
  /**
   * Removes step by step, telling after each how much is gone; never anything pending.
   *
   * @throws {JournalWriteError} what was told before is removed, the rest is not.
   */
  remove(target: RemovalTarget): Generator<RemovalCount>;
}

/** Removes events by hand, beside a watcher that may be running. */
export function createEventRemoval(database: DatabaseSync, writer: Writer): EventRemoval {
  const sweep = createSweep(database);
  const selectDead = database.prepare(
    `SELECT sequence FROM delivery
     WHERE subscription = ? AND state = 'dead' AND sequence > ? AND changed_at_ms < ? ORDER BY sequence LIMIT ${STEP}`,
  );
  const deleteDead = database.prepare(
    "DELETE FROM delivery WHERE sequence = ? AND subscription = ? AND state = 'dead'",
  );
  const deleteAttempts = database.prepare('DELETE FROM attempt WHERE sequence = ? AND subscription = ?');
  const deleteOrphan = database.prepare(
    'DELETE FROM event WHERE sequence = ? AND NOT EXISTS (SELECT 1 FROM delivery WHERE sequence = ?)',
  );

  function* eventsBefore(beforeMs: number) {
    for (let after = 0; ; ) {
      const looked = sweep.next(after, STEP);
      const last = looked.at(-1);
      if (last === undefined) return;
      after = last.sequence;
      const over = looked.filter((event) => isOver(event, beforeMs));
      if (over.length > 0) yield over;
    }
  }

  function* deadLetters({ subscription, beforeMs }: RemovalTarget & { kind: 'deadLetters' }) {
    for (let after = 0; ; ) {
      const rows = selectDead.all(subscription, after, beforeMs ?? Number.MAX_SAFE_INTEGER);
      const sequences = rows.map((row) => integerOf(row, 'sequence'));
      const last = sequences.at(-1);
      if (last === undefined) return;
      after = last;
      yield sequences;
    }
  }

  function removeDead(subscription: string, sequences: readonly number[]): number {
    return writer.transaction(() => {
      for (const sequence of sequences) {
        if (deleteDead.run(sequence, subscription).changes === 0) continue;
        deleteAttempts.run(sequence, subscription);
        deleteOrphan.run(sequence, sequence);
      }
      return sequences.length;
    });
  }

  function* steps(target: RemovalTarget, act: boolean): Generator<RemovalCount> {
    if (target.kind === 'deadLetters') {
      for (const sequences of deadLetters(target)) {
        if (act) removeDead(target.subscription, sequences);
        yield { events: 0, deadLetters: sequences.length };
      }
      return;
    }
    for (const over of eventsBefore(target.beforeMs)) {
      if (act) writer.transaction(() => sweep.remove(over));
      yield { events: over.length, deadLetters: over.reduce((sum, { dead }) => sum + dead, 0) };
    }
  }

  return {
    count(target) {
      const total = { events: 0, deadLetters: 0 };
      for (const step of steps(target, false)) {
        total.events += step.events;
        total.deadLetters += step.deadLetters;
      }
      return total;
    },
    remove: (target) => steps(target, true),
  };
}
