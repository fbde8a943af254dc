import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { errorCodeOf } from '../../../settings/ambient/describe-error.ts';
import { isThere } from '../../../settings/files/is-there.ts';
import { whyNotMade } from '../../../settings/files/why-not-made.ts';
import { JournalError } from './journal-error.ts';

const UNKNOWN = 'an unknown error';

/** File systems in memory, by the magic number of statfs(2). */
const VOLATILE: ReadonlyMap<number, string> = new Map([
  [0x01021994, 'tmpfs'],
  [0x858458f6, 'ramfs'],
]);

/**
 * Makes sure that the directory exists, can be written, and outlives a restart.
 *
 * The directory itself is created (mode 0700), its parent is not: a missing parent is far more often a volume that
 * was not mounted, and a journal beside the mount point would be lost with the container.
 *
 * @returns the absolute path.
 * @throws {JournalError} `directory` or `volatile`.
 */
export function prepareDirectory(directory: string, allowVolatile: boolean): string {
  const path = resolve(directory);
  if (createOne(path)) syncDirectory(dirname(path));
  inspectOne(path, path, allowVolatile);
  return path;
}

/**
 * Looks whether {@link prepareDirectory} would succeed, and changes nothing.
 *
 * @property volatileKind the file system in memory that it is on, which was accepted; null for one that lasts.
 * @throws {JournalError} `directory` or `volatile`.
 */
export function inspectDirectory(
  directory: string,
  allowVolatile: boolean,
): { readonly path: string; readonly isMissing: boolean; readonly volatileKind: string | null } {
  const path = resolve(directory);
  const found = isThere(path);
  const isMissing = found === 'missing';
  const looked = isMissing ? dirname(path) : path;
  const code = isMissing ? isThere(looked) : found;
  if (code !== 'there')
    throw unusable(path, Object.assign(new Error(code), { code: code === 'missing' ? 'ENOENT' : code }));
  return { path, isMissing, volatileKind: inspectOne(path, looked, allowVolatile) };
}

/** @param looked the directory itself, or its parent as long as it is missing. */
function inspectOne(path: string, looked: string, allowVolatile: boolean): string | null {
  if (!statSync(looked).isDirectory())
    throw new JournalError('directory', `the journal directory ${looked} is a file: name a directory.`);
  const volatileKind = VOLATILE.get(statfsSync(looked).type) ?? null;
  if (volatileKind !== null && !allowVolatile) {
    throw new JournalError(
      'volatile',
      `the journal directory ${path} is on ${volatileKind}, which a restart empties: undelivered events would be ` +
        'lost. Use a persistent volume, or accept the loss with allowVolatile.',
    );
  }
  assertWritable(path, looked);
  return volatileKind;
}

/** True when the directory was created just now. */
function createOne(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if (errorCodeOf(error) === 'EEXIST') return false;
    throw unusable(path, error);
  }
}

function unusable(path: string, cause: unknown): JournalError {
  const message = `the journal directory ${path} cannot be used: ${whyNotMade(path, cause)}`;
  return new JournalError('directory', message, { cause });
}

function assertWritable(path: string, looked: string): void {
  try {
    accessSync(looked, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new JournalError(
      'directory',
      `the journal directory ${path} is not writable (${errorCodeOf(error) ?? UNKNOWN}): give this user read and write access, or ` +
        'name another directory.',
      { cause: error },
    );
  }
}

/** A new directory entry is durable only when its parent has been synced (fsync(2)). */
function syncDirectory(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
