import type { Cursor } from './timeline.ts';

const PATTERN = /^(\d{1,15})-(\d{1,15})$/;

/** A cursor as it stands in a URL: `<events>-<runs>`. */
export function formatCursor({ events, runs }: Cursor): string {
  return `${events}-${runs}`;
}

/** Reads what {@link formatCursor} wrote; undefined for anything else. */
export function parseCursor(text: string): Cursor | undefined {
  const [, events, runs] = PATTERN.exec(text) ?? [];
  return events === undefined || runs === undefined
    ? undefined
    : { events: Number(events), runs: Number(runs) };
}
