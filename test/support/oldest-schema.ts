import type { DatabaseSync } from 'node:sqlite';

/** Takes out of a journal what later versions of its schema have put in: it is then of schema 1. */
export function makeOldestSchema(database: DatabaseSync): void {
  database.exec(`
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
