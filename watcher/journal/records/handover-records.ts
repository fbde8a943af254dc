import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { BatchOrigin } from '../../ingest/lifecycle-journal.ts';
import { readStreamName } from '../../source/sink/stream-name.ts';
import type { HandoverStore, PendingDelivery } from '../../standby/handover-store.ts';
import { integerOf, textOf } from '../database/column.ts';

import type { Writer } from '../database/writer.ts';
import { SINCE_FACTS, sinceFact, UP_TO_UNKNOWN } from './origins.ts';

/** Sorting so many takes some ten milliseconds, every two seconds; the watch can wait that long. */
const MOST_SORTED = 20_000;
const FORGOTTEN_AT_ONCE = 1_000;

type Row = Record<string, SQLOutputValue>;

/** Looks at what is pending, and where in the cluster's history it comes from. */
export function createHandoverRecords(database: DatabaseSync, writer: Writer): HandoverStore {
  const selectFact = database.prepare('SELECT value FROM fact WHERE name = ?');
  const saveFact = database.prepare('INSERT OR REPLACE INTO fact VALUES (?, ?)');
  const areSince = `name GLOB '${SINCE_FACTS}*'`;
  const selectFacts = database.prepare(`SELECT 1 FROM fact WHERE ${areSince}`);
  const forgetFacts = database.prepare(`DELETE FROM fact WHERE ${areSince}`);
  const isPending = "d.subscription = ? AND d.state = 'pending'";
  const countSome = database.prepare(
    `SELECT count(*) AS n FROM (SELECT 1 FROM delivery AS d WHERE ${isPending} LIMIT ${MOST_SORTED + 1})`,
  );
  const selectOldest = database.prepare(
    `SELECT o.sequence, o.own, e.id FROM (
       SELECT sequence, own FROM delivery AS d WHERE ${isPending} ORDER BY sequence LIMIT ?) AS o
     JOIN event AS e ON e.sequence = o.sequence ORDER BY o.sequence`,
  );
  const selectPage = database.prepare(
    `SELECT d.sequence, d.not_before_ms, d.own, e.id FROM delivery AS d JOIN event AS e ON e.sequence = d.sequence
     WHERE ${isPending} AND d.own < 2 AND (d.not_before_ms, d.sequence) > (?, ?)
     ORDER BY d.not_before_ms, d.sequence LIMIT ?`,
  );
  const saveOwn = database.prepare(
    'UPDATE delivery SET own = ? WHERE sequence = ? AND subscription = ? AND own < 2',
  );
  const selectOwn = database.prepare(
    "SELECT 1 FROM delivery WHERE sequence = ? AND state = 'pending' AND own > 0 LIMIT 1",
  );
  const isUnbounded = `stream = ? AND up_to_version = '${UP_TO_UNKNOWN}'`;
  const selectUnbounded = database.prepare(`SELECT 1 FROM origin WHERE ${isUnbounded} LIMIT 1`);
  const bound = database.prepare(`UPDATE origin SET up_to_version = ? WHERE ${isUnbounded}`);
  const selectOrigin = database.prepare(
    'SELECT first_sequence, stream, after_version, up_to_version FROM origin WHERE last_sequence >= ? ' +
      'ORDER BY last_sequence LIMIT 1',
  );
  const selectOldestOrigin = database.prepare(
    'SELECT 1 FROM origin WHERE last_sequence < (SELECT MIN(sequence) FROM event) LIMIT 1',
  );
  const forgetOldest = database.prepare(
    `DELETE FROM origin WHERE last_sequence IN (
       SELECT last_sequence FROM origin WHERE last_sequence < (SELECT MIN(sequence) FROM event)
       ORDER BY last_sequence LIMIT ${FORGOTTEN_AT_ONCE})`,
  );

  function originOf(sequence: number): BatchOrigin | null {
    const row = selectOrigin.get(sequence);
    if (row === undefined || integerOf(row, 'first_sequence') > sequence) return null;
    const stream = readStreamName(textOf(row, 'stream'));
    const upTo = textOf(row, 'up_to_version');
    return (
      stream && { stream, after: textOf(row, 'after_version'), upTo: upTo === UP_TO_UNKNOWN ? null : upTo }
    );
  }

  const pendingOf = (row: Row): PendingDelivery => {
    const sequence = integerOf(row, 'sequence');
    const own = integerOf(row, 'own') > 0;
    return { sequence, eventId: textOf(row, 'id'), origin: originOf(sequence), own };
  };

  return {
    followedSince(stream) {
      const row = selectFact.get(sinceFact(stream));
      return row === undefined ? null : textOf(row, 'value');
    },
    followFrom: (stream, resourceVersion) =>
      void writer.transaction(() => saveFact.run(sinceFact(stream), resourceVersion)),
    stopFollowing() {
      if (selectFacts.all().length > 0) writer.transaction(() => forgetFacts.run());
    },
    oldestPending(subscription, limit) {
      if (integerOf(countSome.get(subscription), 'n') > MOST_SORTED) return null;
      return selectOldest.all(subscription, limit).map(pendingOf);
    },
    pendingPage(subscription, cursor, limit) {
      const { notBeforeMs, sequence } = cursor ?? { notBeforeMs: -1, sequence: -1 };
      const rows = selectPage.all(subscription, notBeforeMs, sequence, limit);
      const last = rows.length === limit ? rows.at(-1) : undefined;
      const next = last && {
        notBeforeMs: integerOf(last, 'not_before_ms'),
        sequence: integerOf(last, 'sequence'),
      };
      return { pending: rows.map(pendingOf), next: next ?? null };
    },
    setOwn(subscription, sequences, own) {
      writer.transaction(() => {
        for (const sequence of sequences) saveOwn.run(own ? 1 : 0, sequence, subscription);
      });
    },
    isOwn: (sequence) => selectOwn.get(sequence) !== undefined,
    listedUpTo(stream, resourceVersion) {
      if (selectUnbounded.get(stream) !== undefined)
        writer.transaction(() => bound.run(resourceVersion, stream));
    },
    forgetOrigins() {
      if (selectOldestOrigin.get() !== undefined) writer.transaction(() => forgetOldest.run());
    },
  };
}
