import { statSync } from 'node:fs';
import { every } from '../../../../settings/ambient/every.ts';
import { readBounded } from '../../../../settings/files/read-bounded.ts';
import type { Ambient } from '../../../ambient/ambient.ts';
import { readTlsFiles, type TlsFiles, type TlsPair } from './tls-files.ts';

/** Looking at two files is cheap, and works where notifications do not: on volumes, and through symbolic links. */
const LOOK_EVERY_MS = 1_000;

/**
 * Applies the files again when they have changed and stayed the same for a second, because a certificate and its key
 * are not replaced in one step. Files that do not go together are told once, and the old ones stay in use.
 *
 * @param apply takes effect for new connections.
 * @returns stops looking.
 */
export function followTlsFiles(
  files: TlsFiles,
  apply: (pair: TlsPair) => void,
  { clock, log }: Pick<Ambient, 'clock' | 'log'>,
): () => void {
  let applied = versionOf(files);
  let last = applied;
  const look = () => {
    const version = versionOf(files);
    if (version === last && version !== applied) {
      applied = version;
      const read = readTlsFiles(files, readAtOnce);
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

/** Requests do not wait for what somebody put in the place of a file. */
function readAtOnce(path: string, maxBytes: number): Uint8Array {
  return readBounded(path, maxBytes, 0);
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
