import type { D1Database } from '@cloudflare/workers-types';
import type { Sql } from './sql.ts';

/** Statements on Cloudflare D1. */
export function createD1Sql(database: D1Database): Sql {
  return {
    all: async (statement, values) => {
      const { results } = await database
        .prepare(statement)
        .bind(...values)
        .all();
      return results;
    },
  };
}
