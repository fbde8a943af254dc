import { statSync } from 'node:fs';
import type { Clock } from '../../../settings/ambient/clock.ts';
import { every } from '../../../settings/ambient/every.ts';
import type { ReadFile } from '../../../settings/files/read-text.ts';
import type { Log } from '../../ambient/log.ts';
import { readTlsFiles, type TlsFiles, type TlsPair } from './tls-files.ts';

/** Looking at two files is cheap, and works where notifications do not: on volumes, and through symbolic links. */
const LOOK_EVERY_MS = 1_000;

export type FollowTlsDeps = {
  readonly files: TlsFiles;
  readonly readFile: ReadFile;
  readonly clock: Clock;
  readonly log: Log;
  /** Takes effect for new connections. */
  readonly apply: (pair: TlsPair) => void;
};

/**
 * Applies the files again when they have changed and stayed the same for a second, because a certificate and its key
 * are not replaced in one step. Files that do not go together are told once, and the old ones stay in use.
 *
 * @returns stops looking.
 */
export function followTlsFiles({ files, readFile, clock, log, apply }: FollowTlsDeps): () => void {
  let applied = versionOf(files);
  let last = applied;
  const look = () => {
    const version = versionOf(files);
    if (version === last && version !== applied) {
      applied = version;
      const read = readTlsFiles(files, readFile);
      if (read.kind === 'pair') {
        apply(read.pair);
        log.info('the TLS files have changed and are in use');
      } else {
        const fields = { file: files[read.key], cause: read.message };
        log.warn(fields, 'the TLS files have changed and cannot be used: the old ones stay');
      }
    }
    last = version;
  };
  return every(clock, LOOK_EVERY_MS, look);
}

/** Differs when one of the files was written or replaced. */
function versionOf({ certFile, keyFile }: TlsFiles): string {
  return [certFile, keyFile].map(stateOf).join(' ');
}

function stateOf(file: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(file);
    return `${ino}/${size}/${mtimeMs}`;
  } catch {
    // In the middle of being replaced, or gone: the next look tells.
    return 'missing';
  }
}
