import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { systemClock } from '../ambient/clock.ts';
import { errorCodeOf } from '../ambient/describe-error.ts';

/** How long something that is no file, such as a pipe, may take to deliver its content. */
const DEADLINE_MS = 5_000;
const LOOK_EVERY_MS = 10;
const CHUNK_BYTES = 64 * 1024;

/** No end came within the deadline. */
class NeverEnds extends Error {
  readonly code = 'ETIMEDOUT';
}

/**
 * Reads a file, but no further than one byte more than `maxBytes`: enough to see that it is too large, and all that is
 * ever read of `/dev/zero`. What the file system says of the size is not asked, because devices and `/proc` have none.
 *
 * A pipe (`<(…)` of a shell) is read until its writer closes it; one without an end is given up after `deadlineMs`, during
 * which this process stands still: 0 for one that has work to do.
 *
 * @throws Error with a `code`, as `node:fs` does: `ENOENT`, `EISDIR`, `EACCES`, …, and `ETIMEDOUT`.
 */
export function readBounded(
  path: string,
  maxBytes: number,
  deadlineMs: number = DEADLINE_MS,
): Uint8Array<ArrayBuffer> {
  // Else opening a pipe that nobody writes to would wait for ever.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return readAll(file, maxBytes + 1, systemClock.monotonicMs() + deadlineMs);
  } finally {
    closeSync(file);
  }
}

function readAll(file: number, mostBytes: number, endMs: number): Uint8Array<ArrayBuffer> {
  const isPipe = fstatSync(file).isFIFO();
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length < mostBytes) {
    const chunk = new Uint8Array(Math.min(CHUNK_BYTES, mostBytes - length));
    const bytes = readSome(file, chunk);
    // A pipe whose writer has not come yet looks like an empty one.
    if (bytes === 'nothing yet' || (bytes === 0 && isPipe && length === 0)) {
      if (systemClock.monotonicMs() >= endMs) throw new NeverEnds('no end came in time');
      pause();
      continue;
    }
    if (bytes === 0) break;
    chunks.push(chunk.subarray(0, bytes));
    length += bytes;
  }
  return joined(chunks, length);
}

function readSome(file: number, chunk: Uint8Array): number | 'nothing yet' {
  try {
    return readSync(file, chunk);
  } catch (error) {
    if (errorCodeOf(error) === 'EAGAIN') return 'nothing yet';
    throw error;
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_EVERY_MS);
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
