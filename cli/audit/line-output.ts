import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { errorCodeOf } from '../../settings/ambient/describe-error.ts';
import { makePrivate } from '../../settings/files/private-file.ts';
import type { CommandIo } from '../command/command-io.ts';
import { AuditSourceError } from './audit-source.ts';

/** Takes whole lines; `flush` returns when all of them are written. */
export type LineOutput = { write(line: string): void; flush(): void; close(): void };

/** Written at once. */
const CHUNK_CHARACTERS = 1024 * 1024;

/**
 * A new file, readable for its owner only, or standard output.
 *
 * @throws AuditSourceError when the file exists already and may not be overwritten, or cannot be written.
 */
export function openLineOutput(
  file: string | undefined,
  { force, io }: { readonly force: boolean; readonly io: Pick<CommandIo, 'stdout'> },
): LineOutput {
  if (file === undefined)
    return buffered((text) => io.stdout.write(text), { finish: () => {}, close: () => {} });
  const handle = translated(file, () => {
    // One that is overwritten may have been readable for others.
    if (force) makePrivate(file);
    return openSync(file, force ? 'w' : 'wx', 0o600);
  });
  const write = (text: string) => translated(file, () => writeAll(handle, Buffer.from(text)));
  return buffered(write, {
    finish: () => translated(file, () => fsyncSync(handle)),
    close: () => closeSync(handle),
  });
}

function buffered(
  write: (text: string) => void,
  { finish, close }: { readonly finish: () => void; readonly close: () => void },
): LineOutput {
  let pending: string[] = [];
  let characters = 0;
  const drain = () => {
    if (pending.length > 0) write(pending.join(''));
    pending = [];
    characters = 0;
  };
  return {
    write(line) {
      pending.push(line);
      characters += line.length;
      if (characters >= CHUNK_CHARACTERS) drain();
    },
    flush() {
      drain();
      finish();
    },
    close,
  };
}

/** One write need not take all of it. */
function writeAll(handle: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(handle, bytes, written, bytes.length - written);
  }
}

function translated<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === undefined) throw error;
    const why = code === 'EEXIST' ? 'exists already; --force overwrites it' : `cannot be written (${code})`;
    throw new AuditSourceError(`${file} ${why}`, { cause: error });
  }
}
