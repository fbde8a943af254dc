const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
/** Text of a duration. */
export const DURATION = /^(\d{1,12})(ms|s|m|h|d)$/;

/**
 * Milliseconds of a duration such as `500ms`, `5s`, `10m`, `2h` or `7d`; `undefined` for anything else
 * (a bare number has no unit, so it is not a duration).
 */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const unit = match[2] as keyof typeof UNIT_MS;
  return Number(match[1]) * UNIT_MS[unit];
}
