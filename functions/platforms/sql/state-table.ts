import type { StateKey, StoredState } from '../../ordering/container-states.ts';
import type { Exec } from './claim-table.ts';

/** States of containers as synchronous calls. */
export type StateTable = {
  readState(key: StateKey): StoredState | null;
  writeState(key: StateKey, next: StoredState, nowMs: number): boolean;
};

const SCHEMA = `CREATE TABLE IF NOT EXISTS container_states (
  stream TEXT NOT NULL, partition_key TEXT NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL,
  touched_at_ms INTEGER NOT NULL, PRIMARY KEY (stream, partition_key)) WITHOUT ROWID`;

const READ = 'SELECT version, state FROM container_states WHERE stream = ? AND partition_key = ?';

const INSERT = `INSERT INTO container_states (version, state, touched_at_ms, stream, partition_key)
  VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING version`;

const UPDATE = `UPDATE container_states SET version = version + 1, state = ?, touched_at_ms = ?
  WHERE stream = ? AND partition_key = ? AND version = ? RETURNING version`;

/** Opens the table, creating it where it is missing. */
export function createStateTable(exec: Exec): StateTable {
  exec(SCHEMA);
  return {
    readState: ({ stream, partitionKey }) => {
      const [row] = exec(READ, stream, partitionKey);
      return row === undefined ? null : { version: Number(row.version), state: String(row.state) };
    },
    writeState: ({ stream, partitionKey }, { version, state }, nowMs) => {
      const facts = [state, nowMs, stream, partitionKey] as const;
      const written = version === 1 ? exec(INSERT, 1, ...facts) : exec(UPDATE, ...facts, version - 1);
      return written.length > 0;
    },
  };
}
