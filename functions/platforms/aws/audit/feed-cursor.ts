import { createHash } from 'node:crypto';

/** How far a reader has come in each stream: the position of the last record it knows. */
type FeedPlaces = ReadonlyMap<string, number>;

/**
 * Streams that one feed follows, so that a cursor stays below 1,000 characters: seven for a stream's name, at most
 * eleven for a position below 2^53. A page that watches more clusters shows the others when it is loaded anew.
 */
export const MOST_STREAMS = 50;

const CURSOR = /^v1(?:~[A-Za-z0-9_-]{6}\.[0-9a-z]{1,11}){0,50}$/;

/** `v1`, then for each stream `~<short name>.<position, base 36>`. */
export function formatFeedCursor(places: FeedPlaces): string {
  return ['v1', ...[...places].map(([name, position]) => `${name}.${position.toString(36)}`)].join('~');
}

/** @throws RangeError on anything that {@link formatFeedCursor} does not write. */
export function parseFeedCursor(cursor: string): FeedPlaces {
  if (!CURSOR.test(cursor)) throw unknownCursor();
  const parts = cursor.split('~').slice(1);
  return new Map(parts.map((part) => [part.slice(0, 6), Number.parseInt(part.slice(7), 36)]));
}

export function unknownCursor(): RangeError {
  return new RangeError('the cursor is none of this timeline: begin again with the page');
}

/** Six characters that stand for a stream in a cursor. */
export function shortName(stream: string): string {
  return createHash('sha256').update(stream).digest('base64url').slice(0, 6);
}
