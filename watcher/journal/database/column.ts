import type { SQLOutputValue } from 'node:sqlite';

/**
 * Reads columns of rows with the types that the schema gives them. A row without the column, or with another type,
 * is a mistake in a query, hence the TypeErrors.
 */

type Row = Readonly<Record<string, SQLOutputValue>> | undefined;

export function integerOf(row: Row, column: string): number {
  const value = row?.[column];
  if (typeof value !== 'number') throw wrongType(column, 'a number', value);
  return value;
}

export function textOf(row: Row, column: string): string {
  const value = row?.[column];
  if (typeof value !== 'string') throw wrongType(column, 'a text', value);
  return value;
}

export function bytesOf(row: Row, column: string): Uint8Array {
  const value = row?.[column];
  if (!(value instanceof Uint8Array)) throw wrongType(column, 'bytes', value);
  return value;
}

/** The value as `read` gives it, or null where the column holds NULL. */
export function nullable<T>(read: (row: Row, column: string) => T, row: Row, column: string): T | null {
  return row?.[column] === null ? null : read(row, column);
}

function wrongType(column: string, expected: string, value: unknown): TypeError {
  return new TypeError(
    `column ${column}: expected ${expected}, got ${value === null ? 'null' : typeof value}`,
  );
}
