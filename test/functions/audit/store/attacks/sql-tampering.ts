import type { NewRecord } from '../../../../../functions/audit/chain-store.ts';
import { AUDIT_SCHEMA } from '../../../../../functions/audit/sql/schema.ts';
import type { Sql, SqlValue } from '../../../../../functions/audit/sql/sql.ts';
import type { Lie, Tampering } from './tampering.ts';

const TRIGGERS = AUDIT_SCHEMA.flatMap(
  (statement) => /^CREATE TRIGGER IF NOT EXISTS (\w+)/.exec(statement)?.[1] ?? [],
);
const COLUMNS = 'stream, position, previous_hash, hash, record_id, content, body';

/** Tampering with SQL, on a file or in D1; the rules of the database are taken away first and put back behind it. */
export function sqlTampering(sql: Sql): Tampering {
  const run = async (text: string, ...values: readonly SqlValue[]) => void (await sql.all(text, values));
  const restore = async () => {
    for (const statement of AUDIT_SCHEMA) await run(statement);
  };
  const withoutRules = async (work: () => Promise<void>) => {
    for (const trigger of TRIGGERS) await run(`DROP TRIGGER IF EXISTS ${trigger}`);
    await work();
    await restore();
  };
  /** The same table, of which every column can be written. */
  const withPlainColumns = async (work: () => Promise<void>) => {
    await run('CREATE TABLE copy AS SELECT * FROM audit_records');
    await run('DROP TABLE audit_records');
    await run('ALTER TABLE copy RENAME TO audit_records');
    await work();
    await restore();
  };
  const columnLie = (column: string, value: string, of: 'event' | 'run' = 'event'): Lie => ({
    what: `the column ${column} says ${value}`,
    named: new RegExp(`another ${column} than it says`),
    isListed: true,
    tell: ({ stream, position }) =>
      withPlainColumns(() =>
        run(
          `UPDATE audit_records SET ${column} = ${value} WHERE stream = ? AND position = ?`,
          stream,
          position + (of === 'run' ? 1 : 0),
        ),
      ),
  });
  const storeLie = (what: string, named: RegExp, ...statements: readonly string[]): Lie => ({
    what,
    named,
    isListed: false,
    tell: async () => {
      for (const statement of statements) await run(statement);
    },
  });

  return {
    put: ({ stream, position, previousHash, hash, recordId, content, body }: NewRecord) =>
      withoutRules(async () => {
        await run('DELETE FROM audit_records WHERE stream = ? AND position = ?', stream, position);
        const values = [stream, position, previousHash, hash, recordId, content, body ?? null];
        await run(`INSERT INTO audit_records (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`, ...values);
      }),
    remove: ({ stream, position }) =>
      withoutRules(() =>
        run('DELETE FROM audit_records WHERE stream = ? AND position = ?', stream, position),
      ),
    lies: [
      columnLie('exit_code', '0'),
      columnLie('exit_code', 'NULL'),
      columnLie('exit_code', "x'313337'"),
      columnLie('pod', "'other'"),
      columnLie('namespace', "x'73686f70'"),
      columnLie('hook', "'postStart'"),
      columnLie('at_ms', 'at_ms + 1'),
      columnLie('recorded_at_ms', '0'),
      columnLie('cluster', "'other'"),
      columnLie('event_id', "'evt_other'"),
      columnLie('record_id', "'evt_other'"),
      columnLie('kind', "'run'"),
      columnLie('run_outcome', "'failed'", 'run'),
      columnLie('handler', 'NULL', 'run'),
      storeLie('a rule is gone', /audit_never_changed is missing/, 'DROP TRIGGER audit_never_changed'),
      storeLie(
        'a rule of its own swallows what is written',
        /there is a trigger that this program does not make: swallow/,
        'CREATE TRIGGER swallow BEFORE INSERT ON audit_records BEGIN SELECT RAISE(IGNORE); END',
      ),
      storeLie(
        'a container that runs is left out',
        /of containers that run, .* missing among the open runs/,
        'DELETE FROM audit_open_runs',
      ),
      storeLie(
        'an index is another one',
        /the index audit_by_pod is not as this program makes it/,
        'DROP INDEX audit_by_pod',
        "CREATE INDEX audit_by_pod ON audit_records (pod, at_ms) WHERE pod <> 'web-0'",
      ),
    ],
  };
}
