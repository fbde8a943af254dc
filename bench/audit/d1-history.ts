import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { D1Database } from '@cloudflare/workers-types';
import { Miniflare } from 'miniflare';
import { bundleWorker } from '../../functions/build/bundle-worker.ts';
import type { Asked } from './ask.ts';

const WORKER = fileURLToPath(new URL('../outside/audit-worker.ts', import.meta.url));

export type D1History = {
  /** Asks from within workerd; the time is that of the whole request. */
  ask(how: 'trail' | 'bare', asked: Asked): Promise<number>;
  close(): Promise<void>;
};

/** D1 on a database file that was written before; the file is moved to where D1 keeps its own. */
export async function openD1History(file: string, directory: string): Promise<D1History> {
  const { script } = await bundleWorker(WORKER);
  const start = () =>
    new Miniflare({ modules: true, script, cf: false, d1Databases: ['AUDIT'], d1Persist: directory });
  const first = start();
  const database = (await first.getD1Database('AUDIT')) as unknown as D1Database;
  // Makes the file, whose name is D1's own affair.
  await database.prepare('CREATE TABLE made (at INTEGER)').run();
  await first.dispose();
  renameSync(file, takePlace(directory));
  const miniflare = start();
  return {
    ask: async (how, { question, index, pods }) => {
      const answer = await miniflare.dispatchFetch(`http://audit/${how}/${question}/${index}/${pods}`);
      if (!answer.ok) throw new Error(`the Worker answered ${answer.status}`);
      return Number(await answer.text());
    },
    close: () => miniflare.dispose(),
  };
}

function takePlace(directory: string): string {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  const [own] = files.filter((name) => name.endsWith('.sqlite') && !name.endsWith('metadata.sqlite'));
  if (own === undefined) throw new Error('D1 made no database file');
  for (const ending of ['', '-wal', '-shm']) rmSync(join(directory, `${own}${ending}`), { force: true });
  return join(directory, own);
}
