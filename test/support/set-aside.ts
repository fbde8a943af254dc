import { createSetAside, type SetAside } from '../../watcher/source/sink/set-aside.ts';

/** The real account of what is left aside, with nobody to read its log. */
export function quietSetAside(): SetAside {
  return createSetAside({ log: { info() {}, warn() {} }, clock: { monotonicMs: () => 0 } });
}
