import type { DatabaseSync } from 'node:sqlite';
import { integerOf } from './column.ts';
import { ID_BEGINNING } from './event-id-index.ts';
import { JournalError } from './journal-error.ts';

/** @property ofFewEvents done before `sql` in a journal that has at most {@link FEW_EVENTS}. */
type Migration = { readonly version: number; readonly sql: string; readonly ofFewEvents?: string };

/** So many are copied in less than a second. */
const FEW_EVENTS = 10_000;

/**
 * The schema, one step a version; a step that has been released never changes.
 *
 * - Sequence numbers go on from the newest event, or from the fact `last_sequence`, whichever is later: the newest may have
 *   been removed.
 * - `event_id` finds an event by the beginning of its id (see event-id-index.ts). A journal that had many events before
 *   version 8 has no such index, but `id` is UNIQUE there. `event.pod_uid` has been left empty since then.
 * - `event.stored_at_ms` and `delivery.not_before_ms` count in the journal's steady time (see steady-clock.ts).
 * - `delivery` is the queue: one row an event and a subscription that wants it. `not_before_ms` is when the next
 *   attempt is due, or {@link HELD_MS} while an earlier event of the same partition is undelivered. `own` is whose
 *   matter it is where several replicas share a Lease: 0 the leader's, 1 this replica's, because no leader has it, 2 this
 *   replica's, because somebody asked for it here.
 * - A delivery's last attempt, when it was taken, is in its row: `sent_at_ms`, `status`, `duration_ms`, with the number
 *   in `attempts`. `attempt` has those that failed, and those of before somebody queued it again. Before version 6 it
 *   had all.
 * - `delivery_order` is there once a subscription with an order was delivered (see partition-order.ts).
 * - `delivery.failed_alone` are those attempts that failed by the event's own fault; `requeued_at_ms` is when somebody
 *   queued it again, or NULL (steady time).
 * - `pod.json` is what `writeKnownPod` makes; what was written before version 7 and has not changed since is an object.
 * - `subscription` has a row only where a receiver ended or paused it; `outage` only where one fails as a whole. Its
 *   times are steady, too; `since_ms` moves on for as long as nobody tried.
 * - `resume_point.stream` is `pods`, `events`, or one of them in a namespace: `pods/shop`. Before version 4 they were not
 *   told apart; what such a journal had followed is `pods/*`.
 * - `origin` says of the events of one transaction from which part of the cluster's history they follow. Written only
 *   where a standby compares journals.
 */
const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE fact (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
      INSERT INTO fact VALUES ('last_sequence', 0);
      CREATE TABLE resume_point (
        stream TEXT PRIMARY KEY, resource_version TEXT NOT NULL, committed_at_ms INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE pod (key TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
      CREATE TABLE event (
        sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, hook TEXT NOT NULL,
        namespace TEXT NOT NULL, pod_uid TEXT NOT NULL, partition_key TEXT NOT NULL, time_ms INTEGER NOT NULL,
        expires_at_ms INTEGER, stored_at_ms REAL NOT NULL, body BLOB NOT NULL
      ) STRICT;
      CREATE TABLE delivery (
        sequence INTEGER NOT NULL, subscription TEXT NOT NULL, partition_key TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'dead')),
        attempts INTEGER NOT NULL DEFAULT 0, not_before_ms INTEGER NOT NULL,
        last_outcome TEXT, changed_at_ms INTEGER NOT NULL,
        PRIMARY KEY (sequence, subscription)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX delivery_due ON delivery (subscription, not_before_ms, sequence) WHERE state = 'pending';
      CREATE INDEX delivery_order ON delivery (subscription, partition_key, sequence) WHERE state = 'pending';
      CREATE INDEX delivery_dead ON delivery (subscription, sequence) WHERE state = 'dead';
      CREATE TABLE attempt (
        sequence INTEGER NOT NULL, subscription TEXT NOT NULL, attempt INTEGER NOT NULL, at_ms INTEGER NOT NULL,
        outcome TEXT NOT NULL, status INTEGER, duration_ms INTEGER NOT NULL,
        PRIMARY KEY (sequence, subscription, attempt)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE subscription (
        name TEXT PRIMARY KEY, disabled_why TEXT, disabled_at_ms INTEGER, paused_until_ms INTEGER
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    version: 2,
    sql: `
      CREATE TABLE origin (
        last_sequence INTEGER PRIMARY KEY, first_sequence INTEGER NOT NULL, stream TEXT NOT NULL,
        after_version TEXT NOT NULL, up_to_version TEXT NOT NULL
      ) STRICT;
    `,
  },
  {
    version: 3,
    sql: `
      ALTER TABLE delivery ADD COLUMN own INTEGER NOT NULL DEFAULT 0;
      CREATE INDEX delivery_own ON delivery (subscription, not_before_ms, sequence) WHERE state = 'pending' AND own > 0;
    `,
  },
  {
    version: 4,
    sql: "UPDATE resume_point SET stream = stream || '/*';",
  },
  {
    // What an earlier version left waiting for timers of its own goes out as soon as its receiver takes one delivery.
    version: 5,
    sql: `
      ALTER TABLE delivery ADD COLUMN failed_alone INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE delivery ADD COLUMN requeued_at_ms INTEGER;
      CREATE TABLE outage (
        subscription TEXT PRIMARY KEY, since_ms INTEGER NOT NULL, seen_at_ms INTEGER NOT NULL, rounds INTEGER NOT NULL,
        failures INTEGER NOT NULL, next_at_ms INTEGER NOT NULL, reason TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
      INSERT INTO outage
        SELECT subscription, MIN(changed_at_ms), MAX(changed_at_ms), MAX(attempts), SUM(attempts), 0, MAX(last_outcome)
        FROM delivery WHERE state = 'pending' AND attempts > 0 AND last_outcome IS NOT NULL GROUP BY subscription;
      UPDATE delivery SET not_before_ms = 0
        WHERE state = 'pending' AND attempts > 0 AND not_before_ms < ${Number.MAX_SAFE_INTEGER};
    `,
  },
  {
    version: 6,
    sql: `
      ALTER TABLE delivery ADD COLUMN sent_at_ms INTEGER;
      ALTER TABLE delivery ADD COLUMN status INTEGER;
      ALTER TABLE delivery ADD COLUMN duration_ms INTEGER;
      DROP INDEX delivery_order;
    `,
  },
  {
    // Pods are written without the names of fields (writeKnownPod); what earlier versions wrote is read as it is.
    version: 7,
    sql: '',
  },
  {
    // An index of whole ids, 40 random characters each, was up to half of what events that came together wrote. Copying many would
    // take long, and as much of the disk once more.
    version: 8,
    sql: `
      CREATE TRIGGER event_newest BEFORE DELETE ON event WHEN old.sequence = (SELECT MAX(sequence) FROM event)
      BEGIN
        UPDATE fact SET value = old.sequence WHERE name = 'last_sequence' AND value < old.sequence;
      END;
    `,
    ofFewEvents: `
      CREATE TABLE event_copy (
        sequence INTEGER PRIMARY KEY, id TEXT NOT NULL, type TEXT NOT NULL, hook TEXT NOT NULL,
        namespace TEXT NOT NULL, pod_uid TEXT NOT NULL, partition_key TEXT NOT NULL, time_ms INTEGER NOT NULL,
        expires_at_ms INTEGER, stored_at_ms REAL NOT NULL, body BLOB NOT NULL
      ) STRICT;
      INSERT INTO event_copy SELECT * FROM event;
      DROP TABLE event;
      ALTER TABLE event_copy RENAME TO event;
      CREATE INDEX event_id ON event (${ID_BEGINNING});
    `,
  },
];

/** The newest schema this program knows. */
export const SCHEMA_VERSION: number = MIGRATIONS.at(-1)?.version ?? 0;

/** `delivery.not_before_ms` of a delivery that waits for an earlier one, not for a time. */
export const HELD_MS = Number.MAX_SAFE_INTEGER;

/** How `delivery.last_outcome` begins of a dead letter that was made because more could not wait of its tenant. */
export const OVER_QUOTA = 'namespace quota: ';

/** `PRAGMA application_id` of a journal: "OFHK". Tells it from any other SQLite database. */
const APPLICATION_ID = 0x4f46484b;

/**
 * Refuses a database that this program must not touch. Reads only.
 *
 * @throws {JournalError} `schema`.
 */
export function assertKnownSchema(database: DatabaseSync, file: string): void {
  const version = pragma(database, 'user_version');
  const application = pragma(database, 'application_id');
  const tables = integerOf(database.prepare('SELECT count(*) AS n FROM sqlite_schema').get(), 'n');
  if (application !== APPLICATION_ID && (application !== 0 || tables > 0)) {
    throw new JournalError(
      'schema',
      `${file} is a database, but no journal of Offhook; nothing was changed.`,
    );
  }
  if (version > SCHEMA_VERSION) {
    throw new JournalError(
      'schema',
      `the journal ${file} was written by a newer Offhook (schema ${version}, this one knows up to ` +
        `${SCHEMA_VERSION}); nothing was changed. Run that version again, or a newer one.`,
    );
  }
}

/** The schema of a database that {@link assertKnownSchema} let pass; 0 when it is empty. */
export function schemaVersion(database: DatabaseSync): number {
  return pragma(database, 'user_version');
}

/** Brings the schema up to date, each step in a transaction of its own. */
export function migrate(database: DatabaseSync): void {
  const version = pragma(database, 'user_version');
  for (const step of MIGRATIONS.filter((migration) => migration.version > version)) {
    database.exec(`
      BEGIN IMMEDIATE;
      ${step.ofFewEvents !== undefined && hasFewEvents(database) ? step.ofFewEvents : ''}
      ${step.sql}
      PRAGMA application_id = ${APPLICATION_ID};
      PRAGMA user_version = ${step.version};
      COMMIT;
    `);
  }
}

function hasFewEvents(database: DatabaseSync): boolean {
  const more = database.prepare('SELECT 1 FROM event LIMIT 1 OFFSET ?').get(FEW_EVENTS);
  return more === undefined;
}

function pragma(database: DatabaseSync, name: 'user_version' | 'application_id'): number {
  return integerOf(database.prepare(`PRAGMA ${name}`).get(), name);
}
