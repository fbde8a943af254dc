/** Calls `run` once after `afterMs` milliseconds; the returned function cancels it. */
export type Timer = (afterMs: number, run: () => void) => () => void;

/** The platform's own timer, for the entries. */
export const platformTimer: Timer = (afterMs, run) => {
  const handle = setTimeout(run, afterMs);
  return () => clearTimeout(handle);
};
