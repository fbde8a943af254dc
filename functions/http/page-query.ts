import type { TimelineFilter, TimelineWindow } from '../timeline/timeline.ts';

/** A query parameter that cannot be used; `expected` continues "<parameter> must be". */
export class BadParameter extends Error {
  override readonly name = 'BadParameter';
  readonly parameter: string;
  constructor(parameter: string, expected: string) {
    super(`${parameter} must be ${expected}`);
    this.parameter = parameter;
  }
}

export const HOUR_MS = 3_600_000;
export const MAX_WINDOW_MS = 31 * 24 * HOUR_MS;
const DEFAULT_WINDOW_MS = 6 * HOUR_MS;
/** Kubernetes names end at 253 characters; cluster names are as long as their owners like, within reason. */
const MAX_NAME = 300;
const MAX_TIME_MS = 8_640_000_000_000_000;
const FILTERS = ['cluster', 'namespace', 'pod', 'container'] as const;
const CURSOR = /^[A-Za-z0-9._~-]{1,1000}$/;

type Query = (name: string) => string | undefined;

/** The filters of a query; an empty one is none, as a form sends it. @throws BadParameter */
export function readFilter(query: Query): TimelineFilter {
  const given = FILTERS.flatMap((name) => {
    const value = query(name) ?? '';
    if (value.length > MAX_NAME) throw new BadParameter(name, `a name of at most ${MAX_NAME} characters`);
    return value === '' ? [] : [[name, value] as const];
  });
  return Object.fromEntries(given);
}

/** `from`, `to` and the filters; without times the last six hours. @throws BadParameter */
export function readWindow(query: Query, nowMs: number): TimelineWindow {
  const toMs = readWhole(query, 'to', { least: 0, most: MAX_TIME_MS, absent: nowMs });
  const fromMs = readWhole(query, 'from', {
    least: 0,
    most: MAX_TIME_MS,
    absent: Math.max(0, toMs - DEFAULT_WINDOW_MS),
  });
  if (fromMs >= toMs) throw new BadParameter('from', 'a time before "to"');
  // The page rounds both ends outwards.
  if (toMs - fromMs > MAX_WINDOW_MS + 1_000) throw new BadParameter('from', 'at most 31 days before "to"');
  return { fromMs, toMs, filter: readFilter(query) };
}

/** A whole number within its bounds. @throws BadParameter */
export function readWhole(
  query: Query,
  name: string,
  { least, most, absent }: { readonly least: number; readonly most: number; readonly absent: number },
): number {
  const text = query(name);
  if (text === undefined || text === '') return absent;
  const value = Number(text);
  if (/^\d{1,16}$/.test(text) && value >= least && value <= most) return value;
  throw new BadParameter(name, `a whole number from ${least} to ${most}`);
}

/** 0, as when it is absent, or 1. @throws BadParameter */
export function readSwitch(name: string, text: string | undefined): boolean {
  if (text === undefined || text === '0') return false;
  if (text === '1') return true;
  throw new BadParameter(name, '0 or 1');
}

/** Refuses parameters that would otherwise be ignored in silence. @throws BadParameter */
export function refuseUnknown(query: URLSearchParams, known: readonly string[]): void {
  for (const name of query.keys()) {
    if (!known.includes(name))
      throw new BadParameter(name.slice(0, 64), `left out: known are ${known.join(', ')}`);
  }
}

/** Text of an earlier answer that says where to go on; undefined without it. @throws BadParameter */
export function readCursor(name: string, text: string | undefined): string | undefined {
  if (text === undefined || CURSOR.test(text)) return text;
  throw badCursor(name);
}

/** What a place is that the store does not know. */
export function badCursor(name: string): BadParameter {
  return new BadParameter(name, 'a cursor from an earlier answer');
}
