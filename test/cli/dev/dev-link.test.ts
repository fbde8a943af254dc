import { expect, it } from 'vitest';
import { startOffhook } from '../../support/offhook-process.ts';
import { until } from '../../support/until.ts';

const LINK = /http:\/\/127\.0\.0\.1:\d+\/\?login=\S+/;

it('offhook dev prints a link that lets one browser in, and the page is closed without it', {
  timeout: 180_000,
}, async () => {
  const dev = startOffhook(['dev', '--port', '0', '--delete-after', '0', '--no-neighbours']);
  await until('the link is printed', () => LINK.test(dev.stdout()), 30_000);
  const link = LINK.exec(dev.stdout())?.[0] ?? '';
  const { origin } = new URL(link);
  expect((await fetch(origin)).status).toBe(401);
  const entered = await fetch(link, { redirect: 'manual' });
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  expect(await (await fetch(origin, { headers: { cookie } })).text()).toContain('id="first-view"');
  expect((await fetch(link, { redirect: 'manual' })).status).toBe(401);
  dev.kill('SIGINT');
  expect(await dev.ended()).toMatchObject({ code: 0, stderr: '' });
});

it('the page of offhook dev shows the watcher’s attempts beside what arrived', {
  timeout: 60_000,
}, async () => {
  const dev = startOffhook(['dev', '--port', '0', '--delete-after', '0', '--no-neighbours']);
  await until('an event is handled', () => /handled +postStart/.test(dev.stdout()), 45_000);
  const link = LINK.exec(dev.stdout())?.[0] ?? '';
  const { origin } = new URL(link);
  const entered = await fetch(link, { redirect: 'manual' });
  const headers = { cookie: entered.headers.get('set-cookie')?.split(';')[0] ?? '' };
  const ask = async (path: string) => (await fetch(`${origin}${path}`, { headers })).json();
  const { entries } = (await ask('/timeline.json')) as { entries: readonly { eventId: string }[] };
  const event = (await ask(`/events/${entries[0]?.eventId}.json`)) as { attempts: unknown };
  expect(event.attempts).toEqual([
    expect.objectContaining({ subscription: 'workerd', attempt: 1, outcome: 'delivered', status: 202 }),
  ]);
  dev.kill('SIGINT');
  expect(await dev.ended()).toMatchObject({ code: 0, stderr: '' });
});
