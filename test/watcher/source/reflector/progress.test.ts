import { describe, expect, it } from 'vitest';
import { current, page, reset, stream, streamAndEnd } from '../../../support/scripted-api.ts';
import { until } from '../../../support/until.ts';
import { added, bookmark, follow, modified, pod } from '../follow.ts';

const from100 = { resumePoint: '100' };

describe('a source is stale after two minutes without progress', () => {
  it('although bytes come all the time, when they tell nothing that has not been told', async () => {
    const { api, clock, source, toldExactly } = await follow(
      { watch: [stream(modified('a', 110))] },
      from100,
    );
    await toldExactly('seen a@110');
    const progressAt = clock.nowMs();
    for (let step = 0; step < 4; step += 1) {
      expect(source.status().stale).toBe(false);
      await clock.advance(30_100);
      api.stream(0).send(modified('a', 105), modified('b', 106));
      await until('the bytes', () => source.status().lastContactMs === clock.nowMs());
    }
    expect(source.status()).toMatchObject({ stale: true, lastProgressMs: progressAt, state: 'watching' });
    api.stream(0).send(modified('a', 111));
    await toldExactly('seen a@110', 'seen a@111');
    expect(source.status()).toMatchObject({ stale: false, lastProgressMs: clock.nowMs() });
  });

  it('although every list is answered, when each is refused', async () => {
    const { clock, source, passPause } = await follow(
      {
        watch: [stream(bookmark(110), { type: 'ERROR', object: { code: 410, reason: 'Expired' } })],
        watchList: [stream(added('a', 80), bookmark(90, 'end'))],
        list: Array.from({ length: 20 }, () => page('90', [pod('a', 80)])),
      },
      from100,
    );
    while (clock.monotonicMs() < 120_001) await passPause();
    expect(source.status()).toMatchObject({ stale: true, refused: true });
  });
});

describe('progress is', () => {
  it('a bookmark, also one that repeats where the watch stands', async () => {
    const { api, clock, source, sink } = await follow({ watch: [stream(bookmark(110))] }, from100);
    await until('the bookmark', () => sink.resumePoint('pods') === '110');
    for (let minute = 0; minute < 4; minute += 1) {
      await clock.advance(60_000);
      api.stream(0).send(bookmark(110));
      await until('the progress', () => source.status().lastProgressMs === clock.nowMs());
    }
    expect(source.status().stale).toBe(false);
  });

  it('a watch that the server ended in its time, and not one that it ended before', async () => {
    const { api, clock, source } = await follow(
      { watch: [stream(), streamAndEnd(modified('old', 90)), stream()] },
      { resource: 'events', ...from100 },
    );
    await until('the watch', () => clock.pending().includes(480_000));
    const openedAt = clock.nowMs();
    await clock.advance(450_000);
    expect(source.status().lastProgressMs).toBe(openedAt);
    api.stream(0).end();
    await until('the third watch', () => api.asked('watch').length === 3);
    expect(source.status().lastProgressMs).toBe(openedAt + 450_000);
    await clock.advance(1);
    expect(source.status().restarts.closed).toBe(2);
  });

  it('a current version that is ours, before a watch is taken up', async () => {
    const { api, clock, source, passPause } = await follow(
      { watch: [reset, stream()], current: [current('100'), current('100')] },
      from100,
    );
    const pauseMs = await passPause();
    await until('the second watch', () => api.asked('watch').length === 2);
    expect(clock.monotonicMs()).toBe(pauseMs);
    expect(source.status()).toMatchObject({ stale: false, lastProgressMs: clock.nowMs() });
    expect(source.status()).not.toHaveProperty('error');
  });
});

it('a watch that was taken up after a start is given two minutes to show that it works, once', async () => {
  const { api, clock, source, passPause } = await follow({ watch: [stream(), stream(), stream()] }, from100);
  expect(source.status().stale).toBe(true);
  await until('the watch', () => clock.pending().includes(100_000));
  expect(source.status()).toMatchObject({ stale: false, state: 'watching' });
  await clock.advance(60_000);
  api.stream(0).reset();
  await passPause();
  await until('the next watch', () => clock.pending().includes(100_000));
  await clock.advance(60_001);
  expect(source.status().stale).toBe(true);
});

it('a quiet watch of Events is stale only when it should have ended long ago', async () => {
  const { api, clock, source } = await follow(
    { watch: [stream(), stream()] },
    { resource: 'events', ...from100 },
  );
  await until('the watch', () => clock.pending().includes(480_000));
  await clock.advance(479_000);
  expect(source.status().stale).toBe(false);
  await clock.advance(1_000);
  await until('the cut', () => api.stream(0).isCut());
  await clock.advance(180_001);
  expect(source.status().stale).toBe(true);
});
