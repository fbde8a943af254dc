import { GENESIS_HASH } from '../hash-record.ts';
import type { ChainEntry, ChainVerdict, VerifyOptions } from './verify-verdict.ts';
import { createChainWalk } from './verify-walk.ts';

const BEGINNING = { position: 0, hash: GENESIS_HASH };

/**
 * Verifies one chain, record by record, and names the first one that is wrong. Holds one record at a time, whatever the
 * chain's length; after a fault it reads on only where that tells a moved record from a lost one, or a retention from
 * a theft.
 *
 * A chain whose beginning is missing is sound when its newest retention record says so: the chain may begin anywhere up
 * to the position behind the removed ones.
 *
 * @param entries of this stream, in the order in which they are kept.
 */
export async function verifyChain(
  stream: string,
  entries: AsyncIterable<ChainEntry>,
  options: VerifyOptions = {},
): Promise<ChainVerdict> {
  const walk = createChainWalk(stream, { anchor: BEGINNING, ...options });
  for await (const entry of entries) {
    options.onRecord?.(entry.record.position);
    await walk.take(entry);
    if (walk.isDecided()) break;
  }
  return walk.end();
}
