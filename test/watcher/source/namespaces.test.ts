import { describe, expect, it } from 'vitest';
import { noAnswer, refuse, type Script, type Step, stream } from '../../support/scripted-api.ts';
import { until } from '../../support/until.ts';
import { added, bookmark, type Following, type FollowOptions, follow, modified } from './follow.ts';

const MANY = Array.from({ length: 30 }, (_, n) => `team-${n}`);

describe('several namespaces', () => {
  it('are listed and watched each by itself, and every batch says whose it is', async () => {
    const { api, sink, source } = await followShopAndPay({
      watchList: each({
        shop: stream(added('a', 3), bookmark(5, 'end'), modified('a', 6)),
        pay: stream(added('b', 4), bookmark(9, 'end')),
      }),
    });
    await until('both to watch', () => source.status().state === 'watching' && sink.batches.length === 5);
    expect(api.requests.map(({ path }) => path).sort()).toEqual([
      '/api/v1/namespaces/pay/pods',
      '/api/v1/namespaces/shop/pods',
    ]);
    expect(toldOf(sink, 'pods/shop')).toEqual(['page', 'listed', 'changes']);
    expect(toldOf(sink, 'pods/pay')).toEqual(['page', 'listed']);
    expect([sink.resumePoint('pods/shop'), sink.resumePoint('pods/pay')]).toEqual(['6', '9']);
  });

  it('resume each where it stood: one whose history is gone is listed anew, and the other goes on', async () => {
    const { api, sink, passPause } = await followShopAndPay(
      {
        watch: each({ shop: refuse(410, 'Expired'), pay: stream(added('b', 31)) }),
        watchList: [stream(added('a', 90), bookmark(100, 'end'))],
      },
      { resumePoints: { 'pods/shop': '20', 'pods/pay': '30' } },
    );
    await passPause();
    await until('the new list', () => sink.resumePoint('pods/shop') === '100');
    await until('the change', () => sink.resumePoint('pods/pay') === '31');
    const resumed = api.asked('watch').map(({ path, query }) => `${path}@${query.resourceVersion}`);
    expect(resumed.sort()).toEqual(['/api/v1/namespaces/pay/pods@30', '/api/v1/namespaces/shop/pods@20']);
    expect(toldOf(sink, 'pods/pay')).toEqual(['changes']);
    expect(sink.batches.find(({ kind }) => kind === 'listed')).toMatchObject({
      ...{ stream: 'pods/shop', why: 'expired' },
    });
  });

  it('can be followed on one node alone', async () => {
    const { api } = await followShopAndPay({}, { node: 'node1' });
    await until('both to be asked for', () => api.asked('watchList').length === 2);
    expect(new Set(api.asked('watchList').map(({ query }) => query.fieldSelector))).toEqual(
      new Set(['spec.nodeName=node1']),
    );
  });

  it('are as well as the worst of them; one that is forbidden says its name, once', async () => {
    const forbidden = refuse(403, 'Forbidden');
    const { source, sink, log, clock } = await followShopAndPay({
      watchList: each({ shop: stream(bookmark(5, 'end')), pay: forbidden }, forbidden, forbidden),
    });
    await until('shop', () => sink.resumePoint('pods/shop') === '5');
    await until('the refusal', () => source.status().state === 'waiting');
    await clock.advance(40_000);
    await until('another one', () => source.status().restarts.forbidden === 2);
    const { stale, error, lastProgressMs } = source.status();
    expect({ stale, lastProgressMs }).toEqual({ stale: true, lastProgressMs: null });
    expect(error).toMatch(
      /^in the namespace pay: not allowed to watch pods in the namespace pay; check with: /,
    );
    const warnings = log.filter(({ level }) => level === 'warn').map(({ message }) => message);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/auth can-i watch pods --namespace pay .*in a Role of that namespace/);
  });

  it('take turns to list: four at a time, and one that does not answer holds its turn for half a minute', async () => {
    const { api, clock } = await follow(
      { watchList: [noAnswer, noAnswer, noAnswer, noAnswer] },
      { namespaces: MANY },
    );
    await until('the first', () => api.requests.length === 4);
    await clock.advance(1_000);
    expect(api.requests).toHaveLength(4);
    await clock.advance(29_000);
    await until('the next', () => api.requests.length > 4);
  });

  it('do not fill the log when the API server is down for all of them', async () => {
    const down = MANY.map(() => refuse(503, 'ServiceUnavailable'));
    const { log, source } = await follow({ watchList: down }, { namespaces: MANY });
    await until('all', () => source.status().restarts.unavailable === MANY.length);
    expect(log.filter(({ level }) => level === 'warn')).toHaveLength(10);
    expect(source.status().error).toMatch(
      /^in the namespaces team-0, team-1, team-2, team-3, team-4 and 25 more: /,
    );
  });

  it('whose Events are forbidden do without them; the others still have theirs', async () => {
    const { source, sink, log } = await followShopAndPay(
      { watchList: each({ shop: refuse(403, 'Forbidden'), pay: stream(bookmark(7, 'end')) }) },
      { resource: 'events' },
    );
    await until('pay', () => sink.resumePoint('events/pay') === '7');
    await until('the refusal', () => source.status().restarts.forbidden === 1);
    expect(source.status().state).toBe('watching');
    expect(log.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  it('end together when another cluster answers to one of them', async () => {
    const { source, running, api, passPause } = await followShopAndPay(
      { watchList: each({ shop: stream(bookmark(5, 'end')), pay: stream(bookmark(6, 'end')) }) },
      { sameCluster: async () => Promise.reject(new Error('another cluster')) },
    );
    await until('both to watch', () => source.status().state === 'watching' && api.streams.length === 2);
    api.stream(0).reset();
    await passPause();
    await expect(running).rejects.toThrow('another cluster');
    await until('the other to be cut', () => api.stream(1).isCut());
  });
});

function followShopAndPay(script: Script, options: FollowOptions = {}): Promise<Following> {
  return follow(script, { namespaces: ['shop', 'pay'], ...options });
}

/** The steps for the first request of each namespace, in whatever order they come. */
function each(answers: Readonly<Record<string, Step>>, ...later: readonly Step[]): readonly Step[] {
  const left = new Map(Object.entries(answers));
  const first: Step = (exchange) => {
    const namespace = exchange.request.path.split('/')[4] ?? '';
    left.get(namespace)?.(exchange);
  };
  return [...Object.keys(answers).map(() => first), ...later];
}

function toldOf({ batches }: Following['sink'], of: string): readonly string[] {
  return batches.filter(({ stream: name }) => name === of).map(({ kind }) => kind);
}
