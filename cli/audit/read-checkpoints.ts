import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_CHECKPOINT_BYTES } from '../../functions/audit/checkpoint/checkpoint.ts';
import type { CheckpointFile } from '../../functions/audit/checkpoint/verify-checkpoints.ts';
import { errorCodeOf } from '../../settings/ambient/describe-error.ts';
import { readBounded } from '../../settings/files/read-bounded.ts';
import { AuditSourceError } from './audit-source.ts';

const CHECKPOINT = /(^|[/\\])\d{16}\.json$/;

/**
 * The checkpoints of a directory, as a receiver writes them or as they were copied from a bucket, with or without its
 * prefix: `…/<stream>/<position>.json`. Those of a stream come in the order of their positions.
 *
 * @throws AuditSourceError when it cannot be read, or holds none.
 */
export function* readCheckpoints(directory: string): Generator<CheckpointFile> {
  try {
    const names = readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((name) => CHECKPOINT.test(name))
      .sort();
    if (names.length === 0)
      throw new AuditSourceError(`--checkpoints ${directory}: there is no checkpoint in it`);
    for (const name of names) yield { name, bytes: readBounded(join(directory, name), MAX_CHECKPOINT_BYTES) };
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === undefined) throw error;
    const why = `cannot be read (${code})`;
    throw new AuditSourceError(`--checkpoints ${directory}: ${why}`, { cause: error });
  }
}
