import { describe, expect, it } from 'vitest';
import { page, recorded, refuse, type Script, stream } from '../../support/scripted-api.ts';
import { until } from '../../support/until.ts';
import { added, bookmark, deleted, type Following, follow, modified, pod } from './follow.ts';

const INTERVAL_MS = 60_000;

/** Two Pods, known up to 5; comparisons every minute, so that a minute of fake time does not end the watch. */
async function followTwoPods(lists: Script['list'] = []): Promise<Following & { before: string[] }> {
  const following = await follow(
    { watchList: [stream(added('a', 3), added('b', 4), bookmark(5, 'end'))], list: lists },
    { resyncIntervalMs: INTERVAL_MS },
  );
  const before = ['start: a@3', 'start: b@4', 'listed start: a b @5'];
  await following.toldExactly(...before);
  return { ...following, before };
}

/** Lets the interval pass and the list be answered and read. */
async function compare({ api, clock }: Following): Promise<void> {
  const asked = api.asked('list').length;
  await clock.advance(INTERVAL_MS);
  await until('the list', () => api.asked('list').length > asked);
  await until('its answer read', () => !clock.pending().some((ms) => ms <= 30_000));
}

describe('the comparison with a full list', () => {
  it('says nothing when nothing was missed, and does not touch the watch', async () => {
    const following = await followTwoPods([page('9', [pod('a', 3)], 'more'), page('9', [pod('b', 8)])]);
    await following.clock.advance(INTERVAL_MS);
    await until('both pages', () => following.api.asked('list').length === 2);
    following.api.stream(0).send(modified('b', 8), bookmark(10));
    await following.toldExactly(...following.before, 'seen b@8');
    expect(following.api.streams).toHaveLength(1);
    expect(following.api.asked('list')[0]?.query).toEqual({ limit: '500' });
    expect(following.source.status().missed).toBe(0);
  });

  it('tells what the watch has missed, once the watch has passed the list', async () => {
    const following = await followTwoPods([page('9', [pod('a', 7), pod('new', 8)])]);
    await compare(following);
    await following.toldExactly(...following.before);
    following.api.stream(0).send(bookmark(9));
    const missed = ['missed a@7', 'missed new@8', 'missed deletion of b'];
    await following.toldExactly(...following.before, 'bookmark @9', ...missed);
    expect(following.source.status().missed).toBe(3);
    expect(following.log.filter(({ level }) => level === 'warn')).toHaveLength(1);

    following.api.script('list', page('11', [pod('a', 7), pod('new', 8)]));
    await compare(following);
    following.api.stream(0).send(bookmark(12));
    await following.toldExactly(...following.before, 'bookmark @9', ...missed, 'bookmark @12');
  });

  it('ends at once when the watch has already passed the list', async () => {
    const following = await followTwoPods([page('5', [pod('a', 3)])]);
    await compare(following);
    await following.toldExactly(...following.before, 'missed deletion of b');
  });

  it('takes nothing for missed that the watch tells before it passes the list', async () => {
    const following = await followTwoPods([page('9', [pod('a', 7), pod('new', 8)])]);
    await compare(following);
    following.api.stream(0).send(deleted('b', 6), modified('a', 7), added('new', 8), bookmark(9));
    await following.toldExactly(...following.before, 'gone b@6', 'seen a@7', 'seen new@8');
  });

  it('does not bring back a Pod that was deleted after it was listed', async () => {
    const following = await followTwoPods([page('9', [pod('a', 7), pod('b', 4)])]);
    await compare(following);
    following.api.stream(0).send(modified('a', 7), deleted('a', 11), deleted('b', 12));
    await following.toldExactly(...following.before, 'seen a@7', 'gone a@11', 'gone b@12');
    expect(following.source.status().missed).toBe(0);
  });

  it('does not take a Pod for gone that was created after the list', async () => {
    const following = await followTwoPods([page('9', [pod('a', 3), pod('b', 4)])]);
    await compare(following);
    following.api.stream(0).send(added('late', 12));
    await following.toldExactly(...following.before, 'seen late@12');
  });

  it('is dropped for the next one when the watch never passes it', async () => {
    const following = await followTwoPods([page('9', [pod('a', 3)]), page('20', [pod('a', 3), pod('b', 4)])]);
    await compare(following);
    following.api.stream(0).send(bookmark(6));
    await following.toldExactly(...following.before, 'bookmark @6');
    await compare(following);
    following.api.stream(0).send(bookmark(15), bookmark(21));
    await following.toldExactly(...following.before, 'bookmark @6', 'bookmark @21');
  });

  it('ignores a list that is older than what the watch had told', async () => {
    const following = await followTwoPods([page('6', [pod('a', 3), pod('b', 4)])]);
    following.api.stream(0).send(deleted('a', 7));
    await following.toldExactly(...following.before, 'gone a@7');
    await compare(following);
    following.api.stream(0).send(bookmark(9));
    await following.toldExactly(...following.before, 'gone a@7', 'bookmark @9');
  });

  it.each([
    ['refused', [refuse(429, 'TooManyRequests', { 'retry-after': '1' })]],
    ['cut short by an expired token', [page('9', [pod('a', 7)], 'old'), recorded('list-continue-expired')]],
  ])('is left out when the list is %s', async (_, lists) => {
    const following = await followTwoPods(lists);
    await following.clock.advance(INTERVAL_MS);
    await until('the requests', () => following.api.asked('list').length === lists.length);
    await until('the end of it', () => following.log.some(({ level }) => level === 'debug'));
    following.api.stream(0).send(bookmark(10));
    await following.toldExactly(...following.before, 'bookmark @10');
    expect(following.source.status().restarts).toEqual({});
  });

  it('is left out while the watch is down', async () => {
    const following = await follow(
      { watch: [refuse(503, 'ServiceUnavailable', { 'retry-after': '150' }), stream(bookmark(101))] },
      { resumePoint: '100', resyncIntervalMs: INTERVAL_MS },
    );
    await until('the pause', () => following.source.status().state === 'waiting');
    await following.clock.advance(150_000);
    await following.toldExactly('bookmark @101');
    expect(following.api.asked('list')).toHaveLength(0);
  });

  it('is void when a new list replaces everything while it runs', async () => {
    const following = await followTwoPods([page('15', [pod('x', 14)])]);
    await compare(following);
    following.api.script('watchList', stream(added('c', 19), bookmark(20, 'end'), bookmark(21)));
    following.api.stream(0).send({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
    await following.passPause();
    const anew = ['expired: c@19', 'listed expired: c @20', 'bookmark @21'];
    await following.toldExactly(...following.before, ...anew);
    expect(following.source.status().missed).toBe(0);
  });
});

describe('the first comparison after a restart', () => {
  it('hands on unchanged Pods as the list shows them, and says which Pods there are', async () => {
    const following = await follow(
      {
        watch: [stream(modified('a', 101), deleted('b', 102))],
        list: [
          page('105', [pod('a', 101), pod('old', 50), pod('missed', 104)]),
          page('112', [pod('a', 101), pod('old', 50)]),
        ],
      },
      { resumePoint: '100', resyncIntervalMs: INTERVAL_MS },
    );
    const before = ['seen a@101', 'gone b@102'];
    await following.toldExactly(...before);
    await compare(following);
    following.api.stream(0).send(bookmark(110));
    const first = [
      'resync: old@50',
      'bookmark @110',
      'missed missed@104',
      'listed resync: a missed old @110',
    ];
    await following.toldExactly(...before, ...first);

    await compare(following);
    following.api.stream(0).send(bookmark(120));
    await following.toldExactly(...before, ...first, 'bookmark @120', 'missed deletion of missed');
  });

  it('leaves out an unchanged Pod that was deleted while it ran', async () => {
    const following = await follow(
      { watch: [stream(bookmark(101))], list: [page('105', [pod('old', 50), pod('kept', 51)])] },
      { resumePoint: '100', resyncIntervalMs: INTERVAL_MS },
    );
    await following.toldExactly('bookmark @101');
    await compare(following);
    following.api.stream(0).send(deleted('old', 106));
    const listed = ['resync: old@50', 'resync: kept@51'];
    await following.toldExactly('bookmark @101', ...listed, 'gone old@106', 'listed resync: kept @106');
  });
});
