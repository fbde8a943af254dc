import type { RecordPage } from '../audit/audit-reader.ts';

/** With what surrounds it, an answer stays below the 6 MB that AWS Lambda can give. */
export const MOST_ANSWER_BYTES = 4_000_000;

/** As it goes over the wire: what a record says is a text within a text, so its quotes are escaped once more. */
export function jsonBytes(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

/** Reads a page of at most so many, and again a smaller one where it is too large for an answer; one at least. */
export async function readFittingPage(
  read: (limit: number) => Promise<RecordPage>,
  most: number,
): Promise<RecordPage> {
  let limit = most;
  for (;;) {
    const page = await read(limit);
    const bytes = jsonBytes(page.records);
    if (bytes <= MOST_ANSWER_BYTES || limit === 1) return page;
    const full = Math.min(limit, page.records.length);
    limit = Math.max(1, Math.floor((full * MOST_ANSWER_BYTES) / bytes));
  }
}
