import { expect, it } from 'vitest';
import { serialiseEvent } from '../../../protocol/event/serialise-event.ts';
import { createAppOnSqlite, type Replaced } from '../support/app-on-sqlite.ts';
import { postStart } from '../support/sample-events.ts';
import { signedHeaders } from '../support/signed-post.ts';

const unused = {
  repeats: async () => false,
  told: async () => null,
  add: async () => {},
  deliveries: async () => null,
};
const down = () => Promise.reject(new Error('the disk is full'));

async function post(app: Awaited<ReturnType<typeof createAppOnSqlite>>['app'], key: string) {
  const event = postStart({ key });
  const body = serialiseEvent(event);
  return app.request('/events', { method: 'POST', body, headers: await signedHeaders(event.id, body) });
}

it.each<[string, Replaced]>([
  ['the queue is down', { handoff: { enqueue: down } }],
  ['the receipts cannot be read', { receipts: { ...unused, repeats: down } }],
  ['the receipt cannot be written', { receipts: { ...unused, add: down } }],
])('answers 503 and when to come back if %s', async (_, replace) => {
  const { app, lines } = await createAppOnSqlite({}, replace);
  const response = await post(app, 'a');
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await response.json()).toMatchObject({ error: 'not_stored' });
  expect(lines.join()).toContain('the disk is full');
  const health = await (await app.request('/healthz')).json();
  expect(health).toMatchObject({ counters: { stored: 0, notStored: 1 } });
});

it('answers 503 when the queue has reached its bound, and keeps what it has', async () => {
  const { app, queue } = await createAppOnSqlite();
  const statuses = [
    (await post(app, 'a')).status,
    (await post(app, 'b')).status,
    (await post(app, 'c')).status,
  ];
  expect(statuses).toEqual([202, 202, 503]);
  expect(queue.due(Date.now(), new Set(), 10)).toHaveLength(2);
});

it('answers 500 without details, and logs them, when something unforeseen breaks', async () => {
  const timeline = { window: down, running: down, now: down, feed: down, entries: down, entry: down };
  const { app, lines } = await createAppOnSqlite({ open: true }, { timeline });
  const response = await app.request('/');
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('disk');
  expect(lines.join()).toContain('the disk is full');
});
