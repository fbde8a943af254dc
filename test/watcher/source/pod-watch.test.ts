import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../support/fake-clock.ts';
import { noAnswer, recorded, refuse, reset, stream, streamAndEnd } from '../../support/scripted-api.ts';
import { until } from '../../support/until.ts';
import { added, bookmark, deleted, follow, modified, pod } from './follow.ts';

const from100 = { resumePoint: '100' };

describe('a watch', () => {
  it('goes on from the resume point of the sink', async () => {
    const { api, toldExactly } = await follow(
      { watch: [stream(added('a', 101), modified('a', 102), deleted('a', 103), bookmark(110))] },
      from100,
    );
    await toldExactly('seen a@101', 'seen a@102', 'gone a@103');
    expect(api.asked('watch')[0]?.query).toMatchObject({
      watch: '1',
      resourceVersion: '100',
      timeoutSeconds: '450',
    });
  });

  it('turns a bookmark of its own into a batch without changes', async () => {
    const { toldExactly, api } = await follow({ watch: [stream(bookmark(110)), stream()] }, from100);
    await toldExactly('bookmark @110');
    api.stream(0).end();
    await until('the next watch', () => api.asked('watch').length === 2);
    expect(api.asked('watch')[1]?.query.resourceVersion).toBe('110');
  });

  it('understands the recorded quiet watch with its clean end', async () => {
    const { api, sink } = await follow({ watchList: [recorded('watch-bookmarks')] });
    await until('the next watch', () => api.asked('watch').length === 1);
    expect(sink.told().filter((line) => line.startsWith('seen '))).toHaveLength(3);
    expect(api.asked('watch')[0]?.query.resourceVersion).toBe('1875');
  });

  it('reconnects at once after a clean end', async () => {
    const { api, source, toldExactly } = await follow(
      { watch: [streamAndEnd(modified('a', 101)), stream(modified('a', 102))] },
      from100,
    );
    await toldExactly('seen a@101', 'seen a@102');
    expect(source.status()).toMatchObject({ state: 'watching', restarts: { closed: 1 } });
    expect(api.asked('watch')).toHaveLength(2);
  });

  it('drops what is told twice or is older than what was told', async () => {
    const { toldExactly } = await follow(
      {
        watch: [
          streamAndEnd(modified('a', 101), modified('a', 103)),
          stream(
            modified('a', 102),
            modified('a', 103),
            added('dead', 99),
            bookmark(103),
            modified('a', 104),
          ),
        ],
      },
      from100,
    );
    await toldExactly('seen a@101', 'seen a@103', 'seen a@104');
  });

  it('drops what it knows already even where resourceVersions cannot be ordered', async () => {
    const opaque = (uid: string, resourceVersion: string) => {
      const event = modified(uid, 1);
      Object.assign(event.object.metadata as object, { resourceVersion });
      return event;
    };
    const { toldExactly } = await follow(
      {
        watch: [streamAndEnd(opaque('a', 'x'), opaque('b', 'y')), stream(opaque('a', 'x'), opaque('a', 'z'))],
      },
      from100,
    );
    await toldExactly('seen a@x', 'seen b@y', 'seen a@z');
  });

  it('keeps a re-creation under the same name apart by UID', async () => {
    const { toldExactly } = await follow(
      {
        watch: [
          stream(
            { type: 'DELETED', object: pod('uid-a', 101, { name: 'db-0' }) },
            { type: 'ADDED', object: pod('uid-b', 102, { name: 'db-0' }) },
          ),
        ],
      },
      from100,
    );
    await toldExactly('gone uid-a@101', 'seen uid-b@102');
  });

  it('reads U+2028 and characters cut in two by the network', async () => {
    const { api, sink, toldExactly } = await follow({ watch: [stream()] }, from100);
    await until('the watch', () => api.streams.length === 1);
    const conditions = [{ type: 'DisruptionTarget', status: 'True', reason: 'ü\u2028€' }];
    const line = `${JSON.stringify({ type: 'ADDED', object: pod('a', 101, { conditions }) })}\n`;
    const bytes = Buffer.from(line);
    const cut = bytes.indexOf('€') + 1;
    api.stream(0).raw(bytes.subarray(0, cut));
    await new Promise((resolve) => setImmediate(resolve));
    api.stream(0).raw(bytes.subarray(cut));
    await toldExactly('seen a@101');
    expect(JSON.stringify(sink.batches)).toContain('ü\u2028€');
  });

  it('hands on at most 250 changes a batch', async () => {
    // Small, so that more than 250 of them fit into one read of 64 KiB.
    const many = Array.from({ length: 3_000 }, (_, index) => ({
      type: 'MODIFIED',
      object: { metadata: { uid: 'a', resourceVersion: String(101 + index) } },
    }));
    const { api, sink } = await follow({ watch: [stream()] }, from100);
    await until('the watch', () => api.streams.length === 1);
    api.stream(0).send(...many);
    await until('all of them', () => sink.told().length === many.length);
    const sizes = sink.batches.map((batch) => (batch.kind === 'changes' ? batch.changes.length : 0));
    expect(Math.max(...sizes)).toBe(250);
  });
});

describe('a watch that breaks', () => {
  it('discards the half line and goes on from the last change, within two seconds', async () => {
    const { api, toldExactly, passPause } = await follow(
      { watch: [stream(modified('a', 101)), stream(modified('a', 102))] },
      from100,
    );
    await toldExactly('seen a@101');
    api.stream(0).raw(JSON.stringify(modified('a', 102)).slice(0, 50));
    api.stream(0).reset();
    expect(await passPause()).toBe(1_200);
    await toldExactly('seen a@101', 'seen a@102');
    expect(api.asked('watch')[1]?.query.resourceVersion).toBe('101');
  });

  it('by a line that is no JSON keeps what came before and reads the rest again', async () => {
    const { api, source, log, toldExactly, passPause } = await follow(
      { watch: [stream(), stream(modified('b', 102))] },
      from100,
    );
    await until('the watch', () => api.streams.length === 1);
    api
      .stream(0)
      .raw(`${JSON.stringify(modified('a', 101))}\n{"type":"MODI\n${JSON.stringify(modified('b', 102))}\n`);
    await until('the error', () => source.status().error !== undefined);
    expect(source.status().error).toContain('broken');
    await passPause();
    await toldExactly('seen a@101', 'seen b@102');
    expect(api.asked('watch')[1]?.query.resourceVersion).toBe('101');
    expect(log.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  it('by an event beyond 16 MiB says so', async () => {
    const { api, source } = await follow({ watch: [stream()] }, from100);
    await until('the watch', () => api.streams.length === 1);
    api.stream(0).raw(Buffer.alloc(16 * 1024 * 1024 + 1, 'x'));
    await until('the error', () => source.status().restarts.overlong === 1);
    expect(source.status().error).toContain('16 MiB');
  });

  it('by silence is cut after 100 s and taken up again', async () => {
    const { api, clock, source, toldExactly, passPause } = await follow(
      { watch: [stream(modified('a', 101)), stream(modified('a', 102))] },
      from100,
    );
    await toldExactly('seen a@101');
    await clock.advance(99_999);
    expect(api.stream(0).isCut()).toBe(false);
    await clock.advance(1);
    await until('the cut', () => api.stream(0).isCut());
    await passPause();
    await toldExactly('seen a@101', 'seen a@102');
    expect(source.status().restarts).toEqual({ silence: 1 });
  });

  it('by silence is not cut while bookmarks come', async () => {
    const { api, clock, toldExactly } = await follow({ watch: [stream(bookmark(101))] }, from100);
    await toldExactly('bookmark @101');
    await clock.advance(90_000);
    api.stream(0).send(bookmark(102));
    await toldExactly('bookmark @101', 'bookmark @102');
    await clock.advance(90_000);
    expect(api.stream(0).isCut()).toBe(false);
  });

  it('because the server accepts and never answers is given up after 30 s; stale after two minutes', async () => {
    const { api, clock, source, toldExactly, passPause } = await follow(
      {
        watch: [
          stream(modified('a', 101)),
          noAnswer,
          noAnswer,
          noAnswer,
          noAnswer,
          stream(modified('a', 102)),
        ],
      },
      from100,
    );
    await toldExactly('seen a@101');
    expect(source.status()).toMatchObject({ stale: false, lastContactMs: clock.nowMs() });
    api.stream(0).reset();
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      await passPause();
      await until('the request', () => api.asked('watch').length === attempt + 1);
      await clock.advance(30_000);
    }
    await until('the last timeout', () => source.status().restarts.noAnswer === 4);
    expect(source.status()).toMatchObject({ stale: true, error: expect.stringContaining('within 30 s') });
    await passPause();
    await toldExactly('seen a@101', 'seen a@102');
    expect(source.status()).toMatchObject({ stale: false, state: 'watching' });
    expect(source.status()).not.toHaveProperty('error');
  });

  it('at once and without an event counts as a failure, although the server says nothing is wrong', async () => {
    const { api, source, passPause, toldExactly } = await follow(
      { watch: [streamAndEnd(), stream(modified('a', 101))] },
      from100,
    );
    expect(await passPause()).toBeGreaterThanOrEqual(800);
    await toldExactly('seen a@101');
    expect(source.status().restarts).toEqual({ short: 1 });
    expect(api.asked('list')).toHaveLength(0);
  });
});

describe('a server in trouble', () => {
  it('is asked again with growing pauses up to 30 s, for ever, with one warning and one all-clear', async () => {
    const { log, toldExactly, passPause } = await follow(
      { watch: [...Array.from({ length: 8 }, () => reset), stream(modified('a', 101))] },
      from100,
    );
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) pauses.push(await passPause());
    expect(pauses).toEqual([1_200, 2_400, 4_800, 9_600, 19_200, 22_500, 22_500, 22_500]);
    await toldExactly('seen a@101');
    expect(log.filter(({ level }) => level === 'warn')).toHaveLength(1);
    expect(log.filter(({ level }) => level === 'info')).toHaveLength(1);
  });

  it('starts with short pauses again after two healthy minutes', async () => {
    const { api, clock, toldExactly, passPause } = await follow(
      { watch: [reset, reset, stream(bookmark(101)), stream(bookmark(103))] },
      from100,
    );
    await passPause();
    expect(await passPause()).toBe(2_400);
    await toldExactly('bookmark @101');
    await clock.advance(80_000);
    api.stream(2).send(bookmark(102));
    await toldExactly('bookmark @101', 'bookmark @102');
    await clock.advance(50_000);
    api.stream(2).reset();
    expect(await passPause()).toBe(1_200);
  });

  it.each([
    [429, 'TooManyRequests', 'throttled'],
    [503, 'ServiceUnavailable', 'unavailable'],
  ] as const)('that answers %i gets the pause it asks for, and no new list', async (status, reason, kind) => {
    const { api, source, toldExactly, passPause } = await follow(
      {
        watch: [
          refuse(status, reason, { 'retry-after': '42' }),
          refuse(status, reason, {
            'retry-after': new Date(createFakeClock().nowMs() + 90_000).toUTCString(),
          }),
          refuse(status, reason),
          stream(modified('a', 101)),
        ],
      },
      from100,
    );
    expect(await passPause()).toBe(42_000);
    // The same date, 42 seconds later.
    expect(await passPause()).toBe(48_000);
    expect(await passPause()).toBe(4_800);
    await toldExactly('seen a@101');
    expect(source.status().restarts).toEqual({ [kind]: 3 });
    expect(api.asked('list').length + api.asked('watchList').length).toBe(0);
  });

  it('that forbids is asked slowly, after one message that says how to check', async () => {
    const { log, toldExactly, passPause } = await follow({
      watchList: [recorded('forbidden'), recorded('forbidden'), stream(bookmark(5, 'end'))],
    });
    expect(await passPause()).toBe(30_000);
    expect(await passPause()).toBe(30_000);
    await toldExactly('listed start:  @5');
    const warnings = log.filter(({ level }) => level === 'warn');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.message).toContain('kubectl auth can-i watch pods --all-namespaces');
  });

  it('that does not know the identity, even with fresh credentials, is asked slowly', async () => {
    const { api, source, toldExactly, passPause } = await follow(
      { watch: [recorded('unauthorized'), recorded('unauthorized'), stream(modified('a', 101))] },
      from100,
    );
    expect(await passPause()).toBe(30_000);
    await toldExactly('seen a@101');
    expect(api.asked('watch')).toHaveLength(3);
    expect(source.status().restarts).toEqual({ unauthorized: 1 });
  });

  it('that is not there at all is waited for', async () => {
    const { api, source } = await follow({ watch: [reset] }, from100);
    await api.close();
    await until('the first failure', () => (source.status().restarts.connection ?? 0) >= 1);
    expect(source.status()).toMatchObject({ state: 'waiting', stale: true });
  });
});

describe('a sink that cannot keep a batch', () => {
  it('stops the reading, and gets the same changes again', async () => {
    const { api, log, source, toldExactly, passPause } = await follow(
      {
        watch: [
          stream(modified('a', 101)),
          stream(modified('a', 101), modified('a', 102)),
          stream(modified('a', 101), modified('a', 102)),
        ],
      },
      { ...from100, refusals: 2 },
    );
    expect(await passPause()).toBe(1_500);
    await until('the cut', () => api.stream(0).isCut());
    expect(source.status().error).toContain('disk full');
    expect(await passPause()).toBe(3_000);
    await toldExactly('seen a@101', 'seen a@102');
    expect(api.asked('watch').map(({ query }) => query.resourceVersion)).toEqual(['100', '100', '100']);
    expect(log.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  it('gets a whole list again when it could not keep the end of it', async () => {
    const list = () => stream(added('a', 3), bookmark(5, 'end'));
    const { sink, toldExactly, passPause } = await follow({ watchList: [list(), list()] }, { refusals: 1 });
    await passPause();
    await toldExactly('start: a@3', 'listed start: a @5');
    expect(sink.resumePoint('pods')).toBe('5');
  });
});

describe('what is asked for', () => {
  it('is one namespace only, when there is one', async () => {
    const { api } = await follow({ watchList: [stream(bookmark(5, 'end'))] }, { namespaces: ['shop'] });
    await until('the request', () => api.requests.length === 1);
    expect(api.requests[0]?.path).toBe('/api/v1/namespaces/shop/pods');
  });

  it('is one node, by its field selector', async () => {
    const { api } = await follow({ watchList: [stream(bookmark(5, 'end'))] }, { node: 'node1' });
    await until('the request', () => api.requests.length === 1);
    expect(api.requests[0]?.query.fieldSelector).toBe('spec.nodeName=node1');
  });
});

describe('stop', () => {
  it('cuts the stream and lets nothing more through', async () => {
    const { api, source, sink, toldExactly } = await follow({ watch: [stream(modified('a', 101))] }, from100);
    await toldExactly('seen a@101');
    await source.stop();
    await until('the cut', () => api.stream(0).isCut());
    expect(source.status().state).toBe('stopped');
    expect(sink.told()).toHaveLength(1);
  });

  it('does not wait for a pause to pass', async () => {
    const { source } = await follow({ watch: [reset] }, from100);
    await until('the pause', () => source.status().state === 'waiting');
    await source.stop();
    expect(source.status().state).toBe('stopped');
  });
});
