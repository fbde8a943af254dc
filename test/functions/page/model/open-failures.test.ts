import { describe, expect, it } from 'vitest';
import { NO_FILTER, type PageFilter } from '../../../../functions/page/model/address/page-address.ts';
import { openFailures } from '../../../../functions/page/model/rows/open-failures.ts';
import { createTrail } from '../../../../functions/page/model/runs/trail.ts';
import {
  askerWords,
  outcomesWords,
  rerunOutcomes,
} from '../../../../functions/page/model/words/rerun-words.ts';
import type { HandlerRerun } from '../../../../functions/timeline/rerun-log.ts';
import type { HandlerRun } from '../../../../functions/timeline/run-log.ts';
import { container, entryOf, gap, handled } from '../support/facts.ts';

const AT = Date.UTC(2026, 10, 27, 12);

const facts = container({ pod: 'web-1' }).postStart(AT);
const run = (attempt: number, outcome: HandlerRun['outcome'], handler = 'announce') =>
  handled(facts, outcome, { attempt, handler });
const asked = (afterAttempt: number): HandlerRerun => {
  const { stream, eventId } = facts;
  const who = { how: 'token', by: null, claimedBy: null } as const;
  return { stream, eventId, handler: 'announce', afterAttempt, ...who, recordedAtMs: AT + 9_000 };
};

/** What is open of an event with these runs, and wishes for more. */
function open(
  runs: readonly HandlerRun[],
  reruns: readonly HandlerRerun[] = [],
  filter: Partial<PageFilter> = {},
) {
  const trail = createTrail();
  trail.add([{ ...entryOf(facts, runs), ...(reruns.length > 0 && { reruns }) }]);
  const found = openFailures(trail.lanes().values(), trail.notes(), { ...NO_FILTER, ...filter });
  return [found.failures.map(({ handler, attempt, where }) => `${handler} ${attempt} ${where}`), found.asked];
}

describe('handlers that gave up, as a filter shows them', () => {
  it.each<[string, unknown, unknown]>([
    ['gave up', open([run(1, 'failed'), run(2, 'givenUp')]), [['announce 2 web-1'], 0]],
    ['has succeeded since', open([run(1, 'givenUp'), run(2, 'completed')]), [[], 0]],
    ['is tried again', open([run(1, 'givenUp'), run(2, 'failed')]), [[], 0]],
    ['was asked for', open([run(1, 'givenUp')], [asked(1)]), [[], 1]],
    [
      'gave up again after that',
      open([run(1, 'givenUp'), run(2, 'givenUp')], [asked(1)]),
      [['announce 2 web-1'], 0],
    ],
    ['is one of two', open([run(1, 'givenUp'), run(1, 'completed', 'b')]), [['announce 1 web-1'], 0]],
    ['has the wanted name', open([run(1, 'givenUp')], [], { pod: 'web-1' }), [['announce 1 web-1'], 0]],
    ['has another name', open([run(1, 'givenUp')], [], { pod: 'web-2' }), [[], 0]],
    ['is of another outcome', open([run(1, 'givenUp')], [], { outcome: 'error' }), [[], 0]],
    ['is a problem', open([run(1, 'givenUp')], [], { problems: true }), [['announce 1 web-1'], 0]],
  ])('one that %s', (_, is, should) => {
    expect(is).toEqual(should);
  });

  it('are also those of a gap, where the filter concerns it', () => {
    const missing = gap(AT - 60_000, AT, 'prod-eu-1', 'payments');
    const trail = createTrail();
    trail.add([entryOf(missing, [handled(missing, 'givenUp')])]);
    const count = (filter: Partial<PageFilter>) =>
      openFailures([], trail.notes(), { ...NO_FILTER, ...filter }).failures.length;
    expect([count({}), count({ namespace: 'payments' }), count({ problems: true })]).toEqual([1, 1, 1]);
    expect([count({ namespace: 'shop' }), count({ pod: 'web-1' }), count({ outcome: 'error' })]).toEqual([
      0, 0, 0,
    ]);
  });

  it('are told what became of them by the attempts after', () => {
    const failure = {
      eventId: facts.eventId,
      handler: 'announce',
      attempt: 2,
      where: 'web-1',
      occurredAtMs: AT,
    };
    const outcomes = (...runs: readonly HandlerRun[]) =>
      outcomesWords(rerunOutcomes([failure], () => entryOf(facts, runs)));
    expect(outcomes(run(2, 'givenUp'))).toBe('1 has not ended yet');
    expect(outcomes(run(2, 'givenUp'), run(3, 'failed'))).toBe('1 has not ended yet');
    expect(outcomes(run(2, 'givenUp'), run(3, 'givenUp'))).toBe('1 gave up again');
    expect(outcomes(run(2, 'givenUp'), run(3, 'completed'))).toBe('1 completed');
  });
});

it('a wish that is told later, or twice, is kept once beside the runs', () => {
  const trail = createTrail();
  const told = { ...entryOf(facts, [run(1, 'givenUp')]), reruns: [asked(1)] };
  trail.add([entryOf(facts, [run(1, 'givenUp')])]);
  expect([trail.add([told]), trail.add([told])]).toEqual([true, false]);
  trail.add([entryOf(facts, [run(2, 'completed')])]);
  expect(trail.entry(facts.eventId)?.reruns).toEqual([asked(1)]);
  expect(trail.entry(facts.eventId)?.runs).toHaveLength(2);
});

it.each<[Partial<HandlerRerun>, string]>([
  [{ how: 'cloudflareAccess', by: 'ana@example.com' }, 'ana@example.com'],
  [{ how: 'token', claimedBy: 'ops@laptop' }, 'somebody with the token, who says to be ops@laptop'],
  [{ how: 'open' }, 'somebody at the open page'],
])('says who asked: %j', (who, words) => {
  expect(askerWords({ ...asked(1), ...who })).toBe(words);
});
