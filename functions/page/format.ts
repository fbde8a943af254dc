const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Milliseconds as a person reads them: `812 ms`, `1.2 s`, `3 min`, `5 h`; negative ones keep their sign. */
export function formatDuration(ms: number): string {
  const size = Math.abs(ms);
  const sign = ms < 0 ? '−' : '';
  if (size < SECOND) return `${sign}${Math.round(size)} ms`;
  if (size < MINUTE) return `${sign}${(size / SECOND).toFixed(1)} s`;
  if (size < HOUR) return `${sign}${Math.round(size / MINUTE)} min`;
  return `${sign}${Math.round(size / HOUR)} h`;
}

/** `14:24:01` and `22 Nov`, both UTC; the page's script turns them into the reader's own time. */
export function formatMoment(ms: number): { readonly time: string; readonly day: string } {
  const date = new Date(ms);
  return {
    time: date.toISOString().slice(11, 19),
    day: date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }),
  };
}
