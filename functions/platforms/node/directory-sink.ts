import { randomUUID } from 'node:crypto';
import { link, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCodeOf } from '../../../settings/ambient/describe-error.ts';
import { makeDirectory } from '../../../settings/files/make-directory.ts';
import { whyNotMade } from '../../../settings/files/why-not-made.ts';
import { MAX_CHECKPOINT_BYTES } from '../../audit/checkpoint/checkpoint.ts';
import { checkpointKey, positionOfKey, streamFolder } from '../../audit/checkpoint/checkpoint-key.ts';
import type { CheckpointSink } from '../../audit/checkpoint/checkpoint-sink.ts';

/**
 * Checkpoints as files of a directory: on another disk, a mounted share, or one that is copied away. A file is on the
 * disk before `put` returns, and is never written again.
 */
export function createDirectorySink(directory: string): CheckpointSink {
  return {
    async put(stream, position, bytes) {
      const file = join(directory, checkpointKey(stream, position));
      makeFolder(dirname(file));
      const temporary = `${file}.${randomUUID()}.new`;
      try {
        await writeDurably(temporary, bytes);
        // Unlike a rename, a link fails where there is a file already.
        await link(temporary, file);
      } catch (error) {
        if (errorCodeOf(error) === 'EEXIST') return 'exists';
        throw error;
      } finally {
        await rm(temporary, { force: true });
      }
      await sync(dirname(file));
      return 'stored';
    },
    async latest(stream) {
      const folder = join(directory, streamFolder(stream));
      const names = await readdir(folder).catch((error: unknown) => {
        if (errorCodeOf(error) === 'ENOENT') return [];
        throw error;
      });
      const newest = names
        .filter((name) => positionOfKey(name) !== null)
        .sort()
        .at(-1);
      if (newest === undefined) return null;
      const bytes = await readUpTo(join(folder, newest), MAX_CHECKPOINT_BYTES + 1);
      return { position: positionOfKey(newest) ?? 0, bytes };
    },
  };
}

/** @throws Error that says why not. */
function makeFolder(folder: string): void {
  try {
    makeDirectory(folder);
  } catch (cause) {
    throw new Error(`the directory ${folder} for checkpoints cannot be made: ${whyNotMade(folder, cause)}`, {
      cause,
    });
  }
}

/** No further: somebody else may have put anything there. */
async function readUpTo(file: string, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const handle = await open(file, 'r');
  try {
    const bytes = new Uint8Array(most);
    const { bytesRead } = await handle.read(bytes, 0, most, 0);
    return bytes.slice(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx', 0o644);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a new name durable. */
async function sync(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
