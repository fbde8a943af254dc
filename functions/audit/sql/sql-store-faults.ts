import { counted } from '../../../settings/counted.ts';
import { AUDIT_SCHEMA } from './schema.ts';
import type { Sql } from './sql.ts';

const OBJECTS = `SELECT type, name, sql FROM sqlite_schema
  WHERE tbl_name IN ('audit_records', 'audit_open_runs') AND sql IS NOT NULL`;

/** Answered by the index of chains alone. */
const RETYPED = `SELECT count(*) AS count FROM audit_records
  WHERE typeof(stream) <> 'text' OR typeof(position) <> 'integer'`;

/** Containers that were seen to start and not to end, and are not among the open runs; only while all records are there. */
const UNLISTED = `SELECT count(*) AS count FROM audit_records r
  WHERE r.hook = 'postStart' AND NOT EXISTS (
    SELECT 1 FROM audit_records e WHERE e.hook = 'postStop' AND e.pod_uid = r.pod_uid
      AND e.container = r.container AND e.restart_count = r.restart_count)
  AND NOT EXISTS (SELECT 1 FROM audit_open_runs o WHERE o.pod_uid = r.pod_uid
    AND o.container = r.container AND o.restart_count = r.restart_count)
  AND r.stream NOT IN (SELECT stream FROM audit_records WHERE kind = 'retention')`;

type StoredObject = { readonly type: string; readonly name: string; readonly sql: string };

/**
 * What is wrong with the tables of the audit trail besides what their rows say, one sentence each: what computes the
 * columns that records are found by, the rules that keep rows from being changed, rows that belong to no chain.
 */
export async function sqlStoreFaults(sql: Sql): Promise<readonly string[]> {
  const found = (await sql.all(OBJECTS, [])) as readonly StoredObject[];
  const changed = schemaFaults(found);
  // Questions to tables that are not what they should be say nothing.
  if (changed.length > 0) return changed;
  const [retyped, unlisted] = [await count(sql, RETYPED), await count(sql, UNLISTED)];
  return [
    ...(retyped === 0
      ? []
      : [`${retyped} rows have a stream that is no text, or a position that is no number`]),
    ...(unlisted === 0
      ? []
      : [`of containers that run, ${counted(unlisted, 'is', 'are')} missing among the open runs`]),
  ];
}

function schemaFaults(found: readonly StoredObject[]): readonly string[] {
  const wanted = new Map(AUDIT_SCHEMA.map((statement) => [nameIn(statement), normalised(statement)]));
  const there = new Map(found.map((object) => [object.name, object]));
  const missing = [...wanted.keys()].filter((name) => !there.has(name));
  const other = found.filter(({ name, sql }) => wanted.get(name) !== normalised(sql));
  return [
    ...missing.map((name) => `${name} is missing in the database`),
    ...other.map(({ type, name }) =>
      wanted.has(name)
        ? `the ${type} ${name} is not as this program makes it`
        : `there is a ${type} that this program does not make: ${name.slice(0, 64)}`,
    ),
  ];
}

async function count(sql: Sql, text: string): Promise<number> {
  const [row] = (await sql.all(text, [])) as readonly { readonly count: number }[];
  return row?.count ?? 0;
}

function nameIn(statement: string): string {
  return /^CREATE \w+ IF NOT EXISTS (\w+)/.exec(statement)?.[1] ?? '';
}

/** SQLite keeps a statement as it was written, without `IF NOT EXISTS`. */
function normalised(statement: string): string {
  return statement
    .replace(/^(CREATE \w+) IF NOT EXISTS /, '$1 ')
    .replace(/\s+/g, ' ')
    .trim();
}
