import { setTimeout as sleep } from 'node:timers/promises';

/** A machine that has other work is given as much more time: a deadline of a test is there for what never happens. */
export const PATIENCE = 4;

/**
 * Waits for something real (a request on a socket, a child process) to have happened.
 *
 * @param what named in the error when it has not happened after `deadlineMs`, times `PATIENCE`
 */
export async function until(what: string, happened: () => boolean, deadlineMs = 15_000): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE * deadlineMs;
  while (!happened()) {
    if (performance.now() > giveUpAt) throw new Error(`waited in vain for: ${what}`);
    await sleep(2);
  }
}
