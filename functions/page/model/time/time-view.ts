/**
 * The stretch of time on screen, in milliseconds since the epoch.
 *
 * @property following whether it moves along with the present.
 */
export type TimeView = { readonly fromMs: number; readonly toMs: number; readonly following: boolean };

/** @property earliestMs before it there is nothing to see; −Infinity where nobody knows. */
export type ViewBounds = { readonly earliestMs: number; readonly nowMs: number };

const MIN_SPAN_MS = 1_000;
const MAX_SPAN_MS = 60 * 24 * 3_600_000;
/** Room to the right of the present, as a share of the span, so that a running bar's end can be seen. */
const AHEAD = 0.04;

export function spanOf({ fromMs, toMs }: TimeView): number {
  return toMs - fromMs;
}

/** The last `spanMs`, moving along with the present. */
export function followNow(spanMs: number, nowMs: number): TimeView {
  const span = clamp(spanMs, MIN_SPAN_MS, MAX_SPAN_MS);
  const toMs = nowMs + span * AHEAD;
  return { fromMs: toMs - span, toMs, following: true };
}

/** Where the view stands at a later moment: it moves only while it follows. */
export function advance(view: TimeView, nowMs: number): TimeView {
  return view.following ? followNow(spanOf(view), nowMs) : view;
}

/**
 * Makes the span `factor` times as long around a moment that keeps its place on screen; while it follows, that moment
 * is the present.
 */
export function zoom(
  view: TimeView,
  { atMs, factor }: { readonly atMs: number; readonly factor: number },
  bounds: ViewBounds,
): TimeView {
  const span = clamp(spanOf(view) * factor, MIN_SPAN_MS, MAX_SPAN_MS);
  if (view.following) return followNow(span, bounds.nowMs);
  const fromMs = atMs - ((atMs - view.fromMs) / spanOf(view)) * span;
  return settle({ fromMs, toMs: fromMs + span, following: false }, bounds);
}

/** Moves by a time; it then follows no longer. */
export function pan(view: TimeView, byMs: number, bounds: ViewBounds): TimeView {
  return settle({ fromMs: view.fromMs + byMs, toMs: view.toMs + byMs, following: false }, bounds);
}

/** Shows a stretch with some room at both sides. */
export function stretch(fromMs: number, toMs: number, bounds: ViewBounds): TimeView {
  const room = Math.max((toMs - fromMs) * 0.06, MIN_SPAN_MS / 2);
  return settle({ fromMs: fromMs - room, toMs: toMs + room, following: false }, bounds);
}

/** Moves no further than needed to have a moment on screen, away from the edges. */
export function reveal(view: TimeView, atMs: number, bounds: ViewBounds): TimeView {
  const margin = spanOf(view) * 0.1;
  if (atMs < view.fromMs + margin) return pan(view, atMs - margin - view.fromMs, bounds);
  if (atMs > view.toMs - margin) return pan(view, atMs + margin - view.toMs, bounds);
  return view;
}

/** Keeps the span within its limits, and the view where there is something: half of it may be past either end. */
function settle(view: TimeView, { earliestMs, nowMs }: ViewBounds): TimeView {
  const span = clamp(spanOf(view), MIN_SPAN_MS, MAX_SPAN_MS);
  const first = earliestMs - span / 2;
  const last = Math.max(nowMs - span / 2, first);
  const fromMs = clamp(view.fromMs, first, last);
  return { fromMs, toMs: fromMs + span, following: view.following };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
