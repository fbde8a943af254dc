/** A value SQLite takes as a parameter. */
export type SqlValue = string | number | null;

/** The one thing the audit store needs of a database: run a statement, get its rows. */
export interface Sql {
  all(statement: string, values: readonly SqlValue[]): Promise<readonly unknown[]>;
}
