import type { PageOptions } from '../../../functions/access/page-options.ts';
import { type Answer, startReceiver } from '../../support/receiver.ts';
import { createWallClock } from '../../support/wall-clock.ts';
import { createAppOnSqlite } from './app-on-sqlite.ts';

/** The app at a time, with the keys of the outside world on a server of the test's. */
export async function createAppWithKeys(
  options: PageOptions,
  { keys, nowMs: startMs }: { readonly keys: Answer; readonly nowMs: number },
) {
  let nowMs = startMs;
  const server = await startReceiver();
  server.answer(keys);
  const asked: string[] = [];
  const toServer: typeof fetch = (input, init) => {
    asked.push(String(input));
    return fetch(new URL(new URL(String(input)).pathname, server.url), init);
  };
  const created = await createAppOnSqlite(options, { clock: createWallClock(() => nowMs), fetch: toServer });
  const moveOn = (ms: number) => {
    nowMs += ms;
  };
  return { ...created, asked, server, moveOn };
}
