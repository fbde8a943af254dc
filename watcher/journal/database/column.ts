import type { SQLOutputValue } from 'node:sqlite';

/**
 * Reads columns of rows with the types that the schema gives them. A row without the column, or with another type,
 * is a mistake in a query, hence the TypeErrors. A column is named by its place where rows come as arrays.
 */

type Row = Readonly<Record<string, SQLOutputValue>> | undefined;
type Column = string | number;

export function integerOf(row: Row, column: Column): number {
  const value = row?.[column];
  if (typeof value !== 'number') throw wrongType(column, 'a number', value);
  return value;
}

export function textOf(row: Row, column: Column): string {
  const value = row?.[column];
  if (typeof value !== 'string') throw wrongType(column, 'a text', value);
  return value;
}

export function bytesOf(row: Row, column: Column): Uint8Array {
  const value = row?.[column];
  if (!(value instanceof Uint8Array)) throw wrongType(column, 'bytes', value);
  return value;
}

/** The value as `read` gives it, or null where the column holds NULL. */
export function nullable<T>(read: (row: Row, column: Column) => T, row: Row, column: Column): T | null {
  return row?.[column] === null ? null : read(row, column);
}

function wrongType(column: Column, expected: string, value: unknown): TypeError {
  return new TypeError(
    `column ${column}: expected ${expected}, got ${value === null ? 'null' : typeof value}`,
  );
}
