import { readFileSync } from 'node:fs';

/**
 * Milliseconds since it was started, less those in which something on this machine waited for a processor: what work
 * takes at least on a machine of its own, so that a limit is strict there and says nothing where others keep it busy.
 *
 * @see https://docs.kernel.org/accounting/psi.html
 */
export function startStopwatch(): () => number {
  const startMs = performance.now();
  const stalledBeforeMs = stalledMs();
  return () => performance.now() - startMs - (stalledMs() - stalledBeforeMs);
}

/** Since the machine was started; 0 where it does not tell. */
function stalledMs(): number {
  try {
    const [, total] = /^some .*total=(\d+)$/m.exec(readFileSync('/proc/pressure/cpu', 'utf8')) ?? [];
    return Number(total ?? 0) / 1_000;
  } catch {
    return 0;
  }
}
