import { readdir, readFile } from 'node:fs/promises';
import type { D1Database } from '@cloudflare/workers-types';

/** What `migrations_dir` in `wrangler.toml` names. */
const MIGRATIONS = new URL('../../../audit/sql/migrations/', import.meta.url);

const APPLIED = `CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)`;

/** Does to a local database what `wrangler d1 migrations apply` does to a deployed one, in the same table. */
export async function applyMigrations(database: D1Database): Promise<void> {
  await database.prepare(APPLIED).run();
  const { results } = await database.prepare('SELECT name FROM d1_migrations').all<{ name: string }>();
  const applied = new Set(results.map(({ name }) => name));
  const files = (await readdir(MIGRATIONS)).filter((name) => name.endsWith('.sql')).toSorted();
  for (const name of files) {
    if (applied.has(name)) continue;
    const statements = splitStatements(await readFile(new URL(name, MIGRATIONS), 'utf8'));
    await database.batch([
      ...statements.map((statement) => database.prepare(statement)),
      database.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(name),
    ]);
  }
}

/**
 * The statements of a migration of ours: `--` begins a comment, and a `;` ends a statement, but for those between the
 * BEGIN and END of a trigger. Neither may stand inside a text.
 */
function splitStatements(sql: string): string[] {
  const statements: string[] = [];
  let open = '';
  for (const part of sql.replace(/--.*$/gm, '').split(';')) {
    open += `${open === '' ? '' : ';'}${part}`;
    if (/^\s*CREATE\s+(TEMP(ORARY)?\s+)?TRIGGER\b/i.test(open) && !/\bEND\s*$/i.test(open)) continue;
    if (open.trim() !== '') statements.push(open.trim());
    open = '';
  }
  return statements;
}
