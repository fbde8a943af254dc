import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { postStart } from '../support/sample-events.ts';
import { deliver } from '../support/signed-post.ts';
import { TROUBLED_PLATFORMS, type TroubledBridge } from '../support/troubled-claims.ts';

const ONCE = ['audit 1 completed', 'shaky 1 completed', 'steady 1 completed'];

describe.each(TROUBLED_PLATFORMS)(
  'while the dedupe store is down, the receiver on $platform',
  ({ start, atOnce }) => {
    const startForTest = async () => {
      const bridge = await start();
      onTestFinished(() => bridge.close());
      return bridge;
    };
    const ended = async ({ auditRows }: TroubledBridge, eventId: string) => {
      const runs = async () => (await auditRows()).find((row) => row.eventId === eventId)?.runs ?? [];
      const all = await eventually(runs, ({ length }) => length >= 3);
      return all.map(({ handler, attempt, outcome }) => `${handler} ${attempt} ${outcome}`).sort();
    };

    const delivered = async ({ url }: TroubledBridge, key: string) => {
      const event = postStart({ key });
      expect((await deliver(url, event)).status).toBe(202);
      return event.id;
    };

    it('answers 503 and when to come back, never 2xx; later it accepts the event, and each handler runs once', async () => {
      const bridge = await startForTest();
      const event = postStart({ key: 'down' });
      bridge.breakDown('receipts');
      for (let attempt = 1; attempt <= 3; attempt++) {
        const refused = await deliver(bridge.url, event);
        expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
      }
      expect(await bridge.auditRows()).toEqual([]);
      bridge.mend();
      expect((await deliver(bridge.url, event)).status).toBe(202);
      expect(await ended(bridge, event.id)).toEqual(ONCE);
      expect((await deliver(bridge.url, event)).status).toBe(200);
      expect(bridge.attempts()).toEqual([1]);
    });

    it('hands off, and runs once, when it goes down between hand-off and receipt', async () => {
      const bridge = await startForTest();
      const event = postStart({ key: 'between' });
      bridge.breakDown('newReceipts');
      expect((await deliver(bridge.url, event)).status).toBe(503);
      // What was handed off is handled, although nobody was told that it is stored.
      if (!atOnce) expect(await ended(bridge, event.id)).toEqual(ONCE);
      bridge.mend();
      // Where both are one transaction, nothing of it is left.
      if (atOnce) await ended(bridge, await delivered(bridge, 'in between'));
      if (atOnce) expect((await bridge.auditRows()).map(({ eventId }) => eventId)).not.toContain(event.id);
      expect((await deliver(bridge.url, event)).status).toBe(202);
      await ended(bridge, await delivered(bridge, 'later'));
      expect(await ended(bridge, event.id)).toEqual(ONCE);
      expect(bridge.attempts()).toEqual(atOnce ? [1, 1, 1] : [1, 1]);
    });
  },
);
