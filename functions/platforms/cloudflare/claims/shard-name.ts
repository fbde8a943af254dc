/**
 * Into how many objects all containers are divided. Another number is forgetting: what was kept is looked for in another
 * object then.
 *
 * - Receipts: Cloudflare gives an object 500 to 1,000 requests a second, so two take more deliveries than can be handled:
 *   D1 has one writer. Few, so that deliveries that come together share calls of the queue and commits.
 * - Claims, and the states of containers: two requests for each handler of an event.
 * - Each object holds 10 GB, and an event with three handlers takes some 150 bytes and 2 kB.
 *
 * @see https://developers.cloudflare.com/durable-objects/platform/limits/
 */
export const SHARDS = { receipts: 2, claims: 16 } as const;

/** FNV-1a, 32 bits. @see https://www.rfc-editor.org/rfc/rfc9923 */
const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/**
 * Which object keeps receipts, or claims, of a container: always the same one, so that all that must be decided about it
 * is decided in one place.
 */
export function shardName(kept: keyof typeof SHARDS, source: string, partitionKey: string): string {
  const text = `${source} ${partitionKey}`;
  let hash = OFFSET_BASIS;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), PRIME);
  }
  // The lowest bits of this hash are its weakest.
  return `${kept}-${((hash ^ (hash >>> 16)) >>> 0) % SHARDS[kept]}`;
}
