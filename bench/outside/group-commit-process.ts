import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

/**
 * The floor of a receiver: the same web framework and server, and what comes is stored every 2 ms in one durable
 * transaction. Nothing is verified, nothing handled. Argument: a directory.
 */
const [directory = ''] = process.argv.slice(2);
const database = new DatabaseSync(join(directory, 'floor.db'));
database.exec(
  'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE queue (body BLOB NOT NULL)',
);
const insert = database.prepare('INSERT INTO queue (body) VALUES (?)');
let waiting: { readonly body: Uint8Array; readonly stored: () => void }[] = [];

function commit(): void {
  const group = waiting;
  waiting = [];
  database.exec('BEGIN IMMEDIATE');
  for (const { body } of group) insert.run(body);
  database.exec('COMMIT');
  for (const { stored } of group) stored();
}

const app = new Hono();
app.post('/events', async (c) => {
  const body = new Uint8Array(await c.req.arrayBuffer());
  await new Promise<void>((stored) => {
    if (waiting.length === 0) setTimeout(commit, 2);
    waiting.push({ body, stored });
  });
  return c.json({ status: 'stored' }, 202);
});
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  process.send?.({ url: `http://127.0.0.1:${port}/events` });
});
