import { sha256Hex } from '../../protocol/bytes/sha256.ts';
import type { StoredRecord } from './stored-record.ts';

/** What a hash covers: where the record stands, what it follows, and what it says. */
export type HashedFields = Pick<StoredRecord, 'stream' | 'position' | 'previousHash' | 'content'>;

/** The `previousHash` of a chain's first record. */
export const GENESIS_HASH = '0'.repeat(64);

/** Names the scheme inside the hash, so that another one can never be taken for it. */
const SCHEME = 'offhook-audit-v1';

/**
 * The hash of a record: SHA-256 over the UTF-8 bytes of
 * `JSON.stringify(['offhook-audit-v1', stream, position, previousHash, content])`. The quoting of JSON keeps the fields
 * apart, so that no two records hash the same bytes.
 *
 * @returns 64 hexadecimal digits in lower case.
 */
export function hashRecord(fields: HashedFields): Promise<string> {
  return sha256Hex(new TextEncoder().encode(hashedText(fields)));
}

/** What a record's hash is the hash of. */
export function hashedText({ stream, position, previousHash, content }: HashedFields): string {
  return JSON.stringify([SCHEME, stream, position, previousHash, content]);
}
