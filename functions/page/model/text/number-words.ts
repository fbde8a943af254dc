const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Milliseconds as a person reads them, at most two units: `812 ms`, `1.2 s`, `42 s`, `3 min 20 s`, `5 h 12 min`, `3 d 4 h`; negative ones keep
 * their sign. Less than can be measured is `< 1 ms`.
 */
export function durationWords(ms: number): string {
  const sign = ms < 0 ? '−' : '';
  const size = Math.abs(ms);
  if (size < 0.5) return '< 1 ms';
  if (size < SECOND) return `${sign}${Math.round(size)} ms`;
  if (size < 9_950) return `${sign}${(size / SECOND).toFixed(1).replace(/\.0$/, '')} s`;
  if (size < MINUTE - SECOND / 2) return `${sign}${Math.round(size / SECOND)} s`;
  if (size < HOUR - SECOND / 2) return sign + twoUnits(size, [MINUTE, 'min'], [SECOND, 's']);
  if (size < DAY - MINUTE / 2) return sign + twoUnits(size, [HOUR, 'h'], [MINUTE, 'min']);
  return sign + twoUnits(size, [DAY, 'd'], [HOUR, 'h']);
}

/**
 * The same for the time between two of Kubernetes' moments. They are whole seconds: none between them is less than one,
 * not nothing.
 */
export function secondsWords(ms: number): string {
  return Math.abs(ms) < SECOND ? '< 1 s' : durationWords(ms);
}

type Unit = readonly [ms: number, name: string];

function twoUnits(ms: number, [unit, name]: Unit, [part, partName]: Unit): string {
  const parts = Math.round(ms / part);
  const whole = Math.floor((parts * part) / unit);
  const rest = parts - (whole * unit) / part;
  return rest === 0 ? `${whole} ${name}` : `${whole} ${name} ${rest} ${partName}`;
}

/** Whole numbers with their thousands apart: `10,000`. */
export function countWords(count: number): string {
  return count.toLocaleString('en-GB');
}

/** So many of something: `1 run`, `2 runs`. @param noun one whose plural ends in `s`. */
export function countedWords(count: number, noun: string): string {
  return `${countWords(count)} ${noun}${count === 1 ? '' : 's'}`;
}
