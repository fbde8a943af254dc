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
  const formatter = (parts: Intl.DateTimeFormatOptions) => {
    const made = new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', ...parts });
    return (ms: number) => made.format(ms).replace(',', '');
  };
  const minutes = { hour: '2-digit', minute: '2-digit' } as const;
  const seconds = { ...minutes, second: '2-digit' } as const;
  const day = { day: 'numeric', month: 'short' } as const;
  const time = formatter(seconds);
  const date = formatter({ ...day, weekday: 'short', year: 'numeric' });
  return {
    timeZone,
    time,
    minutes: formatter(minutes),
    fine: formatter({ ...seconds, fractionalSecondDigits: 1 }),
    day: formatter(day),
    date,
    full: (ms) => `${date(ms)}, ${time(ms)}`,
  };
}
