import { setTimeout as sleep } from 'node:timers/promises';
import { PATIENCE } from '../../support/until.ts';

/** Reads until it is as wanted, and returns it; the error after `deadlineMs`, times `PATIENCE`, shows the last reading. */
export async function eventually<T>(
  read: () => Promise<T>,
  wanted: (value: T) => boolean,
  deadlineMs = 15_000,
): Promise<T> {
  const giveUpAt = performance.now() + PATIENCE * deadlineMs;
  for (;;) {
    const value = await read();
    if (wanted(value)) return value;
    if (performance.now() > giveUpAt) throw new Error(`never as wanted, last: ${JSON.stringify(value)}`);
    await sleep(20);
  }
}
