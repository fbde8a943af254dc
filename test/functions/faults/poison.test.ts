import { describe, expect, it, onTestFinished } from 'vitest';
import type { FirstView } from '../../../functions/page/model/page-api.ts';
import { startReceiver } from '../../support/receiver.ts';
import { eventually } from '../support/eventually.ts';
import { type Bridge, PLATFORMS } from '../support/platforms.ts';
import { postStart } from '../support/sample-events.ts';
import { deliver } from '../support/signed-post.ts';

const ONCE = ['audit 1 completed', 'shaky 1 completed', 'steady 1 completed'];

/** The server behind the handlers: `/shaky` fails for one event until it is mended. */
async function startPoisoned(eventId: string) {
  const server = await startReceiver();
  let mended = false;
  server.answer((response, { path, headers }) => {
    const poisoned = path === '/shaky' && headers['idempotency-key'] === eventId && !mended;
    response.writeHead(poisoned ? 500 : 200).end();
  });
  return {
    url: new URL(server.url).origin,
    calls: (path: string) =>
      server.requests
        .filter((request) => request.path === path && request.headers['idempotency-key'] === eventId)
        .map(({ headers }) => Number(headers['x-attempt'])),
    mend: () => {
      mended = true;
    },
  };
}

/** Presses the button of the page. */
async function runAgain({ url }: Bridge, eventId: string, handler: string): Promise<number> {
  const page = await fetch(url);
  const json = /id="first-view">(.*?)<\/script>/s.exec(await page.text())?.[1] ?? '';
  const cookie = page.headers.get('set-cookie')?.split(';')[0] ?? '';
  const { csrfToken } = JSON.parse(json) as FirstView;
  const headers = { cookie, origin: new URL(url).origin, 'x-csrf-token': csrfToken };
  const path = `${url}/events/${eventId}/handlers/${handler}/run`;
  return (await fetch(path, { method: 'POST', headers })).status;
}

describe.each(PLATFORMS)('a poison event on $platform', ({ start }) => {
  it('is a dead letter after its attempts while its neighbours flow, and can be run again once the cause is mended', async () => {
    const poison = postStart({ key: 'poison' });
    const neighbours = ['a', 'b', 'c', 'd', 'e'].map((key) => postStart({ key }));
    const probe = await startPoisoned(poison.id);
    const bridge = await start({ PROBE_URL: probe.url });
    onTestFinished(() => bridge.close());
    const runsOf = async (eventId: string, count: number) => {
      const runs = async () => (await bridge.auditRows()).find((row) => row.eventId === eventId)?.runs ?? [];
      const all = await eventually(runs, ({ length }) => length >= count);
      return all.map(({ handler, attempt, outcome }) => `${handler} ${attempt} ${outcome}`).sort();
    };

    for (const event of [poison, ...neighbours]) expect((await deliver(bridge.url, event)).status).toBe(202);
    for (const { id } of neighbours) expect(await runsOf(id, 3)).toEqual(ONCE);
    expect(await eventually(bridge.deadLetters, (letters) => letters.length > 0)).toEqual([
      { eventId: poison.id, reason: 'gave up: shaky' },
    ]);
    expect(probe.calls('/shaky')).toEqual([1, 2, 3]);
    expect((await deliver(bridge.url, poison)).status).toBe(200);

    probe.mend();
    expect(await runAgain(bridge, poison.id, 'shaky')).toBe(202);
    expect(await runsOf(poison.id, 6)).toEqual([
      'audit 1 completed',
      'shaky 1 failed',
      'shaky 2 failed',
      'shaky 3 givenUp',
      'shaky 4 completed',
      'steady 1 completed',
    ]);
    expect([probe.calls('/shaky'), probe.calls('/steady')]).toEqual([[1, 2, 3, 4], [1]]);
  });
});
