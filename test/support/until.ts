import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for something real (a request on a socket, a child process) to have happened.
 *
 * @param what named in the error when it has not happened after `deadlineMs`
 */
export async function until(what: string, happened: () => boolean, deadlineMs = 15_000): Promise<void> {
  const giveUpAt = performance.now() + deadlineMs;
  while (!happened()) {
    if (performance.now() > giveUpAt) throw new Error(`waited in vain for: ${what}`);
    await sleep(2);
  }
}
