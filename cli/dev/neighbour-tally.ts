const HOOKS_IN_ORDER = ['preStart', 'postStart', 'preStop', 'postStop', 'hookFailed'];
const STAGE_WIDTH = 'delivered'.length;

/** Counts what went well with the neighbours' events, to be told in one line now and then. */
type NeighbourTally = {
  seen(hook: string): void;
  delivered(): void;
  handled(): void;
  /** What came together since the last line, if `everyMs` are over and there is anything; otherwise null. */
  line(nowMs: number): string | null;
};

/** @param everyMs the least time between two lines. */
export function createNeighbourTally(everyMs: number): NeighbourTally {
  let seen = new Map<string, number>();
  let delivered = 0;
  let handled = 0;
  let saidAtMs: number | null = null;

  return {
    seen: (hook) => void seen.set(hook, (seen.get(hook) ?? 0) + 1),
    delivered() {
      delivered += 1;
    },
    handled() {
      handled += 1;
    },
    line(nowMs) {
      saidAtMs ??= nowMs;
      const empty = seen.size === 0 && delivered === 0 && handled === 0;
      if (empty || nowMs - saidAtMs < everyMs) return null;
      const counts = [...seen]
        .sort(([a], [b]) => rank(a) - rank(b))
        .map(([hook, count]) => `${count} ${hook}`);
      const events = counts.length === 0 ? 'no new event' : counts.join(', ');
      const line = `${format(nowMs)}  ${'beside'.padEnd(STAGE_WIDTH)}  ${events}; ${delivered} delivered, ${handled} handled`;
      seen = new Map();
      delivered = 0;
      handled = 0;
      saidAtMs = nowMs;
      return line;
    },
  };
}

function rank(hook: string): number {
  const index = HOOKS_IN_ORDER.indexOf(hook);
  return index < 0 ? HOOKS_IN_ORDER.length : index;
}

function format(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(11, 23);
}
