import type { VirtualClock } from '../virtual-clock.ts';

/** The clocks of the nodes: what kubelets and runtimes write is theirs, and they need not be right. */
export interface NodeClocks {
  /** Milliseconds since 1970 as that node has it. */
  nowMs(node: string | null): number;
  /** Sets the clock of a node `jumpMs` away from where it stands; from now on it goes `drift` too fast (0.01: 1 %). */
  set(node: string, change: { readonly jumpMs: number; readonly drift: number }): void;
}

export const NODES = ['node1', 'node2'] as const;

export function createNodeClocks(clock: VirtualClock): NodeClocks {
  const states = new Map<
    string | null,
    { readonly sinceMs: number; readonly shownMs: number; readonly drift: number }
  >();
  const nowMs = (node: string | null): number => {
    const state = states.get(node);
    if (state === undefined) return clock.trueMs();
    return Math.round(state.shownMs + (clock.trueMs() - state.sinceMs) * (1 + state.drift));
  };
  return {
    nowMs,
    set(node, { jumpMs, drift }) {
      states.set(node, { sinceMs: clock.trueMs(), shownMs: nowMs(node) + jumpMs, drift });
    },
  };
}
