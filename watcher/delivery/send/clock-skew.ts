import { parseHttpDate } from '../../../protocol/http/http-date.ts';

/** A `Date` counts whole seconds and is as old as the answer's way; less than this says nothing about clocks. */
const NOTICEABLE_MS = 30_000;
/** Answers that a receiver gives to a timestamp it does not accept: ours says 400, others 401 or 403. */
const MAY_BE_THE_CLOCK: ReadonlySet<number> = new Set([400, 401, 403]);

/**
 * How far this machine's clock is ahead of the receiver's (negative: behind), by the `Date` of an answer that may have
 * refused a delivery for its timestamp.
 *
 * @param date the header's value; null where absent.
 * @param nowMs wall time when the answer came.
 * @returns milliseconds; null when the answer has other reasons, or the clocks agree within 30 s.
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.date
 */
export function measureClockSkew(status: number, date: string | null, nowMs: number): number | null {
  const theirsMs = MAY_BE_THE_CLOCK.has(status) ? parseHttpDate(date ?? '') : null;
  if (theirsMs === null) return null;
  const skewMs = nowMs - theirsMs;
  return Math.abs(skewMs) < NOTICEABLE_MS ? null : skewMs;
}
