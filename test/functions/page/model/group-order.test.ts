import { describe, expect, it } from 'vitest';
import { createGroupKeeper } from '../../../../functions/page/model/rows/group-keeper.ts';
import { createGroupOrder } from '../../../../functions/page/model/rows/group-order.ts';
import { urgencyOf } from '../../../../functions/page/model/rows/group-urgency.ts';
import { createTrail } from '../../../../functions/page/model/runs/trail.ts';
import type { EventFacts } from '../../../../functions/timeline/event-facts.ts';
import { container, entryOf, handled } from '../support/facts.ts';

const NOW = Date.UTC(2026, 10, 22, 14, 0, 0);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ago = (ms: number) => NOW - ms;

function lanesOf(...facts: readonly EventFacts[]) {
  const trail = createTrail();
  trail.add(facts.map((each) => entryOf(each)));
  return [...trail.lanes().values()];
}

const app = container({});
const other = container({ pod: 'web-2' });
const failed = { code: 1, reason: 'Error' };

describe('what needs eyes', () => {
  it.each<[string, readonly EventFacts[], string]>([
    [
      'a container that failed and waits to start again',
      [app.postStart(ago(HOUR)), app.postStop(ago(2 * MINUTE), failed)],
      'failing',
    ],
    [
      'one that has just started again after that',
      [app.postStart(ago(HOUR)), app.postStop(ago(3 * MINUTE), failed), app.postStart(ago(MINUTE), 1)],
      'failing',
    ],
    [
      'one that has run well for ten minutes since',
      [app.postStart(ago(HOUR)), app.postStop(ago(12 * MINUTE), failed), app.postStart(ago(11 * MINUTE), 1)],
      'changed',
    ],
    [
      'a Pod that failed and was replaced',
      [app.postStart(ago(3 * HOUR)), app.postStop(ago(2 * HOUR), failed), other.postStart(ago(HOUR))],
      'calm',
    ],
    [
      'a Pod that failed beside others that began before',
      [other.postStart(ago(5 * HOUR)), app.postStart(ago(3 * HOUR)), app.postStop(ago(2 * HOUR), failed)],
      'failing',
    ],
    [
      'one that was asked to stop, and ended as it liked',
      [app.postStart(ago(3 * HOUR)), app.preStop(ago(2 * HOUR)), app.postStop(ago(2 * HOUR), failed)],
      'calm',
    ],
    [
      'what failed the day before yesterday',
      [app.postStart(ago(50 * HOUR)), app.postStop(ago(48 * HOUR), failed)],
      'calm',
    ],
    ['one that started a moment ago', [app.postStart(ago(MINUTE))], 'changed'],
    ['one that has run for hours', [app.postStart(ago(5 * HOUR))], 'calm'],
  ])('%s', (_, facts, urgency) => {
    expect(urgencyOf(lanesOf(...facts), NOW)).toBe(urgency);
  });

  it('a handler that was given up', () => {
    const trail = createTrail();
    const start = app.postStart(ago(5 * HOUR));
    trail.add([entryOf(start, [handled(start, 'givenUp')])]);
    expect(urgencyOf([...trail.lanes().values()], NOW)).toBe('failing');
  });
});

describe('the order of groups', () => {
  const calm = (name: string) =>
    container({ owner: `Deployment/${name}`, pod: name }).postStart(ago(5 * HOUR));
  const failing = (name: string) => {
    const one = container({ owner: `Deployment/${name}`, pod: name });
    return [one.postStart(ago(5 * HOUR)), one.postStop(ago(MINUTE), failed)];
  };
  const changed = (name: string) =>
    container({ owner: `Deployment/${name}`, pod: name }).postStart(ago(MINUTE));

  function start() {
    const keeper = createGroupKeeper();
    const { order } = createGroupOrder();
    return (facts: readonly EventFacts[], sorts: boolean) => {
      const { groups, late } = order(keeper.groups(lanesOf(...facts), true), { nowMs: NOW, sorts });
      const words = groups.map(
        ([{ owner }, urgency]) => `${owner?.replace('Deployment/', '')}${urgency === 'failing' ? '!' : ''}`,
      );
      return { owners: words.join(' '), late };
    };
  }

  it('is failing now, changed lately, the rest; each by name', () => {
    const order = start();
    const facts = [calm('a'), changed('b'), ...failing('c'), calm('d'), ...failing('e')];
    expect(order(facts, true)).toEqual({ owners: 'c! e! b a d', late: 0 });
  });

  it('stays while one looks: what begins to fail is counted, and comes to the top when it is sorted', () => {
    const order = start();
    order([calm('a'), calm('b'), calm('c')], true);
    const later = [calm('a'), ...failing('b'), calm('c'), ...failing('0')];
    expect(order(later, false)).toEqual({ owners: 'a b! c 0!', late: 2 });
    expect(order(later, true)).toEqual({ owners: '0! b! a c', late: 0 });
  });

  it('keeps the ReplicaSets of a Deployment together, one of which fails', () => {
    const order = start();
    const old = container({ owner: 'ReplicaSet/web-aaaaa', pod: 'web-aaaaa-1' });
    const young = container({ owner: 'ReplicaSet/web-bbbbb', pod: 'web-bbbbb-1' });
    const facts = [
      old.postStart(ago(9 * HOUR)),
      young.postStart(ago(HOUR)),
      young.postStop(ago(MINUTE), failed),
      changed('api'),
    ];
    expect(order(facts, true).owners).toBe('ReplicaSet/web-aaaaa ReplicaSet/web-bbbbb! api');
  });
});
