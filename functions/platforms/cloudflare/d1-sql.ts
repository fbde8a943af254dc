import type { Sql, SqlValue } from '../../audit/sql/sql.ts';
import type { D1Binding } from './bindings.ts';

/** Statements on Cloudflare D1, whose tables are made by its migrations. */
export function createD1Sql(database: D1Binding): Sql {
  const prepare = (text: string, values: readonly SqlValue[]) =>
    database.prepare(text).bind(...values.map(bindable));
  return {
    all: async (text, values) => (await prepare(text, values).all()).results,
    write: async (statements) => {
      try {
        // A batch is a transaction. https://developers.cloudflare.com/d1/worker-api/d1-database/#batch
        await database.batch(statements.map(({ text, values }) => prepare(text, values)));
        return 'written';
      } catch (error) {
        if (error instanceof Error && error.message.includes('SQLITE_CONSTRAINT')) return 'conflict';
        throw error;
      }
    },
  };
}

/** D1 takes bytes as an `ArrayBuffer`, of which all is meant. */
function bindable(value: SqlValue): string | number | null | ArrayBuffer {
  if (!(value instanceof Uint8Array)) return value;
  return value.byteLength === value.buffer.byteLength ? value.buffer : value.slice().buffer;
}
