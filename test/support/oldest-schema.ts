import type { DatabaseSync } from 'node:sqlite';

/** Takes out of a journal what later versions of its schema have put in: it is then of schema 1. */
export function makeOldestSchema(database: DatabaseSync): void {
  makeUniqueIds(database);
  database.exec(`
    UPDATE fact SET value = MAX(value, COALESCE((SELECT MAX(sequence) FROM event), 0)) WHERE name = 'last_sequence';
    ALTER TABLE delivery DROP COLUMN sent_at_ms;
    ALTER TABLE delivery DROP COLUMN status;
    ALTER TABLE delivery DROP COLUMN duration_ms;
    CREATE INDEX delivery_order ON delivery (subscription, partition_key, sequence) WHERE state = 'pending';
    DROP TABLE outage;
    ALTER TABLE delivery DROP COLUMN failed_alone;
    ALTER TABLE delivery DROP COLUMN requeued_at_ms;
    UPDATE resume_point SET stream = substr(stream, 1, instr(stream || '/', '/') - 1);
    DROP INDEX delivery_own;
    ALTER TABLE delivery DROP COLUMN own;
    DROP TABLE origin;
    PRAGMA user_version = 1;
    PRAGMA wal_checkpoint(TRUNCATE);
  `);
}

/** Events as they were before schema 8. */
function makeUniqueIds(database: DatabaseSync): void {
  database.exec(`
    DROP INDEX event_id;
    CREATE TABLE event_before (
      sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, hook TEXT NOT NULL,
      namespace TEXT NOT NULL, pod_uid TEXT NOT NULL, partition_key TEXT NOT NULL, time_ms INTEGER NOT NULL,
      expires_at_ms INTEGER, stored_at_ms REAL NOT NULL, body BLOB NOT NULL
    ) STRICT;
    INSERT INTO event_before SELECT * FROM event;
    DROP TABLE event;
    ALTER TABLE event_before RENAME TO event;
  `);
}
