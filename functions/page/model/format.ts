const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Milliseconds as a person reads them, at most two units: `812 ms`, `1.2 s`, `42 s`, `3 min 20 s`, `5 h 12 min`, `3 d 4 h`;
 * negative ones keep their sign.
 */
export function formatDuration(ms: number): string {
  const sign = ms < 0 ? '−' : '';
  const size = Math.abs(ms);
  if (size < SECOND) return `${sign}${Math.round(size)} ms`;
  if (size < 9_950) return `${sign}${(size / SECOND).toFixed(1).replace(/\.0$/, '')} s`;
  if (size < MINUTE - SECOND / 2) return `${sign}${Math.round(size / SECOND)} s`;
  if (size < HOUR - SECOND / 2) return sign + twoUnits(size, MINUTE, 'min', SECOND, 's');
  if (size < DAY - MINUTE / 2) return sign + twoUnits(size, HOUR, 'h', MINUTE, 'min');
  return sign + twoUnits(size, DAY, 'd', HOUR, 'h');
}

function twoUnits(ms: number, unit: number, name: string, part: number, partName: string): string {
  const parts = Math.round(ms / part);
  const whole = Math.floor((parts * part) / unit);
  const rest = parts - (whole * unit) / part;
  return rest === 0 ? `${whole} ${name}` : `${whole} ${name} ${rest} ${partName}`;
}

/** Whole numbers with their thousands apart: `10,000`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-GB');
}

/** Moments in a reader's zone: `14:24:01`, `14:24`, `22 Nov`, `Sun 22 Nov 2026`, `Sun 22 Nov 2026,
 * 14:24:01`. */
export type MomentFormat = {
  readonly timeZone: string;
  time(ms: number): string;
  minutes(ms: number): string;
  /** With tenths of a second. */
  fine(ms: number): string;
  day(ms: number): string;
  date(ms: number): string;
  full(ms: number): string;
};

/** @throws RangeError on a time zone that does not exist. */
export function createMomentFormat(timeZone: string): MomentFormat {
  const base = { timeZone, hourCycle: 'h23' } as const;
  const clock = { hour: '2-digit', minute: '2-digit' } as const;
  const time = new Intl.DateTimeFormat('en-GB', { ...base, ...clock, second: '2-digit' });
  const minutes = new Intl.DateTimeFormat('en-GB', { ...base, ...clock });
  const fine = new Intl.DateTimeFormat('en-GB', {
    ...base,
    ...clock,
    second: '2-digit',
    fractionalSecondDigits: 1,
  });
  const day = new Intl.DateTimeFormat('en-GB', { ...base, day: 'numeric', month: 'short' });
  const date = new Intl.DateTimeFormat('en-GB', {
    ...base,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  });
  return {
    timeZone,
    time: (ms) => time.format(ms),
    minutes: (ms) => minutes.format(ms),
    fine: (ms) => fine.format(ms),
    day: (ms) => day.format(ms),
    date: (ms) => date.format(ms).replace(',', ''),
    full: (ms) => `${date.format(ms).replace(',', '')}, ${time.format(ms)}`,
  };
}
