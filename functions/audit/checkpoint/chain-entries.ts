import type { AuditReader } from '../audit-reader.ts';
import type { ChainEntry } from '../verify/verify-verdict.ts';

const PAGE = 1_000;

/**
 * A chain's records behind `after`, page by page, without bodies.
 *
 * @param most so many at the most.
 */
export async function* chainEntries(
  reader: Pick<AuditReader, 'chain'>,
  stream: string,
  { after, most }: { readonly after: number; readonly most: number },
): AsyncGenerator<ChainEntry> {
  let last = after;
  let left = most;
  while (left > 0) {
    const limit = Math.min(PAGE, left);
    const records = await reader.chain(stream, { after: last, limit });
    for (const record of records) yield { record };
    left -= records.length;
    last = records.at(-1)?.position ?? last;
    if (records.length < limit) return;
  }
}
