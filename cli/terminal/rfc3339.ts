/** RFC 3339 in UTC; null stays null. */
export function rfc3339(timeMs: number | null): string | null {
  return timeMs === null ? null : new Date(timeMs).toISOString();
}
