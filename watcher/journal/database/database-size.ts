import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { integerOf } from './column.ts';

/**
 * - `used`: pages that hold something. The quota counts these, because SQLite uses free pages again but never gives
 *   them back to the file system.
 * - `file`: the database file; it is as large as `used` has ever been.
 * - `wal`: the write-ahead log beside it.
 */
export type JournalBytes = { readonly used: number; readonly file: number; readonly wal: number };

export interface DatabaseSize {
  /** Takes microseconds: asked before every commit. */
  usedBytes(): number;
  bytes(): JournalBytes;
}

/** Bytes of one page of it. */
export function pageSize(database: DatabaseSync): number {
  return integerOf(database.prepare('PRAGMA page_size').get(), 'page_size');
}

export function createDatabaseSize(database: DatabaseSync, file: string): DatabaseSize {
  const pageBytes = pageSize(database);
  const selectPages = database.prepare('PRAGMA page_count');
  const selectFree = database.prepare('PRAGMA freelist_count');
  const pages = () => integerOf(selectPages.get(), 'page_count');
  const usedBytes = () => (pages() - integerOf(selectFree.get(), 'freelist_count')) * pageBytes;
  return {
    usedBytes,
    bytes: () => ({
      used: usedBytes(),
      file: pages() * pageBytes,
      wal: statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0,
    }),
  };
}
