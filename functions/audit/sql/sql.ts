/** A value SQLite takes as a parameter. */
export type SqlValue = string | number | null | Uint8Array<ArrayBuffer>;

export type SqlStatement = { readonly text: string; readonly values: readonly SqlValue[] };

/** What the audit trail needs of a database; D1 and `node:sqlite` differ only in this. */
export interface Sql {
  /** Runs a statement and gives its rows. */
  all(text: string, values: readonly SqlValue[]): Promise<readonly unknown[]>;
  /** Runs all of these in one transaction; on `conflict`, a constraint that refused one of them, none. */
  write(statements: readonly SqlStatement[]): Promise<'written' | 'conflict'>;
}
