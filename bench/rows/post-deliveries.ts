import { Pool } from 'undici';
import type { SignedDelivery } from './signed-deliveries.ts';

type Load = { readonly connections: number; readonly loadMs: number };

/**
 * From all connections at once, each with the next as soon as the last one is answered.
 *
 * @returns how many were answered with 202, a second.
 * @throws Error when there are too few deliveries.
 */
export async function postDeliveries(
  url: string,
  deliveries: Iterator<SignedDelivery>,
  { connections, loadMs }: Load,
): Promise<number> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections, pipelining: 1, allowH2: false });
  const startMs = performance.now();
  let taken = 0;
  const sender = async (): Promise<void> => {
    while (performance.now() - startMs < loadMs) {
      const { value, done } = deliveries.next();
      if (done) throw new Error('the receiver is too fast for this row: it needs more events');
      const answer = await pool.request({ method: 'POST', path: pathname, ...value });
      if (answer.statusCode === 202) taken += 1;
      await answer.body.dump();
    }
  };
  await Promise.all(Array.from({ length: connections }, sender));
  const ms = performance.now() - startMs;
  await pool.close();
  return (taken / ms) * 1_000;
}
