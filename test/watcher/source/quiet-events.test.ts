import { describe, expect, it } from 'vitest';
import { current, refuse, reset, stream, streamAndEnd } from '../../support/scripted-api.ts';
import { until } from '../../support/until.ts';
import { bookmark, follow, toldEvent } from './follow.ts';

const quiet = { resource: 'events', resumePoint: '36708' } as const;
const expired = streamAndEnd({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
const killing = (resourceVersion: number, container: string) =>
  toldEvent('ADDED', 'Killing', resourceVersion, container);

/*
 * Events have no watch cache: Kubernetes 1.36 was asked for bookmarks and sent not a byte in 150 s, and five minutes
 * after the last Event its resume point was gone from etcd.
 */
describe('a quiet watch of Events', () => {
  it('is left alone for as long as it was asked for; what happens after its 410 is read at once', async () => {
    const { api, clock, log, source, toldExactly } = await follow(
      {
        watch: [stream(), expired],
        watchList: [
          stream(
            killing(40_003, 'late'),
            killing(36_001, 'old'),
            killing(40_001, 'early'),
            bookmark(40_010, 'end'),
          ),
        ],
      },
      quiet,
    );
    await until('the watch', () => clock.pending().includes(480_000));
    for (let minute = 0; minute < 7; minute += 1) {
      await clock.advance(60_000);
      expect(api.stream(0).isCut()).toBe(false);
    }
    await clock.advance(30_000);
    const elapsedMs = clock.monotonicMs();
    api.stream(0).end();
    // Told before the watcher's time, or while nobody could tell: the list shows both.
    await toldExactly('listed Killing old', 'told Killing early', 'told Killing late', 'events @40010');
    await until('the watch that the list goes on as', () => source.status().state === 'watching');
    api.stream(2).send(killing(40_020, 'next'));
    await until('the Event after it', () => source.status().state === 'watching');
    await toldExactly(
      ...['listed Killing old', 'told Killing early', 'told Killing late', 'events @40010'],
      ...['told Killing next', 'events @40020'],
    );
    expect(clock.monotonicMs()).toBe(elapsedMs);
    expect(log.filter(({ level }) => level !== 'debug')).toEqual([]);
    expect(source.status()).toMatchObject({
      stale: false,
      refused: false,
      restarts: { closed: 1, expired: 1 },
    });
    expect(api.asked('watchList')[0]?.query.resourceVersion).toBe('36708');
  });

  it('says nothing for hours: one list for each watch that expired, no warning and no wait', async () => {
    const list = (at: number) => stream(bookmark(at, 'end'));
    const { api, clock, log, source } = await follow(
      { watch: [expired, expired, expired], watchList: [40_000, 50_000, 60_000].map(list) },
      quiet,
    );
    for (let round = 0; round < 3; round += 1) {
      await until(
        'a list',
        () => source.status().state === 'watching' && api.asked('watchList').length === round + 1,
      );
      await clock.advance(450_000);
      api.stream(api.streams.length - 1).end();
    }
    await until('the last watch', () => api.asked('watch').length === 4);
    expect(log.filter(({ level }) => level !== 'debug')).toEqual([]);
    expect(source.status().restarts).toEqual({ closed: 3, expired: 3 });
  });

  it('that the server forgets to end is cut half a minute after its time', async () => {
    const { api, clock, source } = await follow({ watch: [stream(), stream()] }, quiet);
    await until('the watch', () => clock.pending().includes(480_000));
    await clock.advance(479_999);
    expect(api.stream(0).isCut()).toBe(false);
    await clock.advance(1);
    await until('the cut', () => api.stream(0).isCut());
    await until('the reason', () => source.status().error !== undefined);
    expect(source.status().error).toBe('the API server did not end a watch of 450 s');
  });

  it('whose resume point expires again and again, without time in between, is asked with pauses', async () => {
    const { log, source, passPause } = await follow(
      {
        watch: Array.from({ length: 3 }, () => expired),
        watchList: [1, 2].map((n) => refuse(410, `Expired${n}`)),
      },
      quiet,
    );
    await passPause();
    await passPause();
    expect(source.status().restarts.expired).toBeGreaterThanOrEqual(2);
    expect(log.filter(({ level }) => level === 'warn').length).toBeGreaterThan(0);
  });

  it('moves its resume point on when it ends, past Events that are of no interest', async () => {
    const { api, toldExactly } = await follow(
      { watch: [streamAndEnd(toldEvent('ADDED', 'NodeNotReady', 36_900)), stream()] },
      quiet,
    );
    await toldExactly('events @36900');
    await until('the next watch', () => api.asked('watch').length === 2);
    expect(api.asked('watch')[1]?.query.resourceVersion).toBe('36900');
  });

  it('after an etcd restore takes what the list shows for old', async () => {
    const { toldExactly, passPause } = await follow(
      {
        watch: [reset],
        current: [current('36708'), ...Array.from({ length: 4 }, () => current('30000'))],
        watchList: [stream(killing(29_000, 'old'), bookmark(30_000, 'end'), killing(30_001, 'new'))],
      },
      quiet,
    );
    for (let pause = 0; pause < 4; pause += 1) await passPause();
    await toldExactly('listed Killing old', 'events @30000', 'told Killing new', 'events @30001');
  });
});
