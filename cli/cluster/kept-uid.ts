import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivate } from '../../settings/files/private-file.ts';
import { readBounded } from '../../settings/files/read-bounded.ts';
import { readText } from '../../settings/files/read-text.ts';

const LONGEST_FILE_BYTES = 1_024;
const UID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The cluster's UID of a data directory, made at the first start.
 *
 * @throws Error with a sentence for the operator when the file is there and cannot be used.
 */
export function keptUid(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'cluster-uid');
  const read = readText(file, readBounded, LONGEST_FILE_BYTES);
  if (read.kind === 'unreadable') {
    if (read.isMissing !== true) throw new Error(`${file}: ${read.message}`);
    const uid = randomUUID();
    makePrivate(file);
    writeFileSync(file, `${uid}\n`);
    return uid;
  }
  const uid = read.text.trim();
  if (UID.test(uid)) return uid;
  throw new Error(`${file}: expected the UID of a cluster; remove the file, and another one is made`);
}
