/** In UTC and of a day that every month has: nothing more is to be asked. */
const PLAIN =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/;
/** The form alone, for schemas; whether the moment exists is more than a pattern can say. */
export const RFC_3339: RegExp =
  /^\d{4}-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:Z|[+-](\d\d):(\d\d))$/;
/** The years that four digits can say, and that a time since 1970 can be. */
const FIRST_MS = 0;
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * The moment that an RFC 3339 text names, in milliseconds since 1970; null for what is none: another form, a day or an
 * hour that does not exist (JavaScript would take the 30th of February for the 2nd of March), before 1970, after 9999.
 */
export function realInstantMs(text: string): number | null {
  if (!PLAIN.test(text) && !isReal(text)) return null;
  const ms = Date.parse(text);
  return ms >= FIRST_MS && ms <= LAST_MS ? ms : null;
}

function isReal(text: string): boolean {
  const [, month = 0, day = 0, hour = 0, minute = 0, second = 0, offsetHour = 0, offsetMinute = 0] = (
    RFC_3339.exec(text) ?? []
  ).map(Number);
  const exists = month >= 1 && month <= 12 && day >= 1 && day <= daysOf(Number(text.slice(0, 4)), month);
  // The offset of `Z` is not a number, and not too large.
  return exists && !(hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59);
}

function daysOf(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && !isLeap ? 28 : (DAYS[month - 1] ?? 0);
}
