import { describe, expect, it } from 'vitest';
import { GiveUp } from '../../../functions/hooks/attempt-failure.ts';
import type { Handler } from '../../../functions/hooks/handler.ts';
import type { PreStopEvent } from '../../../protocol/event/lifecycle-event.ts';
import { startReceiver } from '../../support/receiver.ts';
import { told } from '../support/container-events.ts';
import { runHandlers } from '../support/run-handlers.ts';

const BIG = 4_096;

/** What the run of a handler that returns this keeps of it. */
async function kept(returned: unknown) {
  const handler = (() => returned) as Handler<PreStopEvent>;
  const { handle, runs, lines } = runHandlers((hooks) => hooks.on('preStop', handler, { name: 'work' }));
  expect(await handle(told.preStop({}))).toEqual({ kind: 'done' });
  const [run] = runs;
  expect(run).toMatchObject({ outcome: 'completed', error: null });
  const { result, resultOmitted } = run ?? {};
  return { result, resultOmitted, lines };
}

function nested(depth: number): unknown {
  return depth === 1 ? [] : [nested(depth - 1)];
}

const itself: Record<string, unknown> = { name: 'a' };
itself.own = [itself];
/** Each holds the next twice: as JSON far more than any memory. */
const doubled = Array.from({ length: 60 }).reduce<unknown>((inner) => [inner, inner], 'x');

describe('what a handler returns', () => {
  it.each([
    ['an object', { ticket: 'OPS-1', tries: 2, open: true, none: null, list: [1, 'b', {}] }],
    ['a text', 'é\u0000\ud800"\u2028'],
    ['zero', 0],
    ['false', false],
    ['null', null],
    ['an empty text', ''],
    ['a name that objects have by themselves', JSON.parse('{"__proto__":{"a":1},"constructor":"b"}')],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 })],
    ['the same twice beside each other', { a: BIG, list: [[BIG], [BIG]] }],
    ['64 lists within each other', nested(64)],
    ['4096 bytes', 'x'.repeat(BIG - 2)],
    ['4096 bytes of two-byte characters', 'é'.repeat(BIG / 2 - 1)],
    ['4096 bytes of members', { a: 'x'.repeat(2_037), b: ['y'.repeat(2_040), 1] }],
  ])('is kept: %s', async (_, returned) => {
    const { result, resultOmitted, lines } = await kept(Promise.resolve(returned));
    expect(result).toEqual(returned);
    expect(JSON.stringify(result)).toBe(JSON.stringify(returned));
    expect(resultOmitted).toBeUndefined();
    expect(lines.join()).not.toContain('returned');
  });

  it('is kept as it was when it was returned, and as JSON tells it', async () => {
    const returned = { at: new Date(0), gone: undefined, minus: -0 };
    expect((await kept(returned)).result).toEqual({ at: '1970-01-01T00:00:00.000Z', minus: 0 });
  });

  it('may be nothing: then there is neither a result nor a note', async () => {
    for (const returned of [undefined, Promise.resolve()])
      expect(await kept(returned)).toMatchObject({ result: undefined, resultOmitted: undefined });
  });

  it.each([
    ['x'.repeat(BIG - 1), 'too large: 4097 bytes of JSON, at most 4096 are kept'],
    ['é'.repeat(BIG / 2), 'too large: 4098 bytes of JSON, at most 4096 are kept'],
    [
      { a: 'x'.repeat(2_037), b: ['y'.repeat(2_041), 1] },
      'too large: 4097 bytes of JSON, at most 4096 are kept',
    ],
    ['\n'.repeat(4_655), 'too large: 9312 bytes of JSON, at most 4096 are kept'],
    ['x'.repeat(2_000_000), 'too large: more than 262144 bytes of JSON, at most 4096 are kept'],
    [new Array(3_000_000), 'too large: more than 262144 bytes of JSON, at most 4096 are kept'],
    [doubled, 'too large: more than 262144 bytes of JSON, at most 4096 are kept'],
    [() => 1, 'not JSON: function'],
    [{ a: [{ b: () => 1 }] }, 'not JSON: function'],
    [1n, 'not JSON: bigint'],
    [Symbol('secret'), 'not JSON: symbol'],
    [{ ratio: Number.NaN }, 'not JSON: NaN'],
    [[Number.POSITIVE_INFINITY], 'not JSON: Infinity'],
    [[undefined], 'not JSON: undefined'],
    [itself, 'not JSON: an object within itself'],
    [nested(65), 'not JSON: nested deeper than 64'],
    [new Response('secret'), 'not JSON: Response'],
    [{ response: new Response('secret') }, 'not JSON: Response'],
    [new Headers({ authorization: 'secret' }), 'not JSON: Headers'],
    [new Error('secret'), 'not JSON: Error'],
    [Object.assign(new Error('secret'), { toJSON: () => ({ secret: 1 }) }), 'not JSON: Error'],
    [new Map([['secret', 1]]), 'not JSON: Map'],
    [{ done: Promise.resolve('secret') }, 'not JSON: Promise'],
    [new (class extends Object {})(), 'not JSON: an object of a class'],
    [
      {
        toJSON: 1,
        get a(): string {
          throw new Error('secret');
        },
      },
      'cannot be read',
    ],
  ])('is left out with a note, and the run is a success: %#', async (returned, note) => {
    const { result, resultOmitted, lines } = await kept(returned);
    expect({ result, resultOmitted }).toEqual({ result: undefined, resultOmitted: note });
    expect(lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ level: 'warn', handler: 'work', why: note }),
    );
    expect(lines.join()).not.toContain('secret');
  });

  it('is never in a log line, and that it is left out is said once a handler', async () => {
    const { handle, lines, runs } = runHandlers((hooks) => {
      hooks.on('preStop', () => ({ token: 'hunter2' }), { name: 'tells' });
      hooks.on('preStop', () => 'hunter2'.repeat(1_000), { name: 'large' });
      hooks.on('preStop', () => 'hunter2'.repeat(2_000), { name: 'larger' });
    });
    for (const key of ['a', 'b', 'c']) await handle(told.preStop({ pod: key }));
    expect(runs).toHaveLength(9);
    expect(runs.filter(({ resultOmitted }) => resultOmitted !== undefined)).toHaveLength(6);
    expect(lines.join()).not.toContain('hunter2');
    const warned = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'warn');
    expect(warned.map(({ handler }) => handler).toSorted()).toEqual(['large', 'larger']);
  });

  it('is nothing of a run that failed, nor of a URL that answered', async () => {
    const far = await startReceiver();
    far.answer((response) => response.end('{"ticket":1}'));
    const { handle, runs } = runHandlers((hooks) => {
      hooks.on('preStop', { url: far.url }, { name: 'url' });
      hooks.on('preStop', () => Promise.reject(new GiveUp('no')), { name: 'gives-up' });
    });
    await handle(told.preStop({}));
    expect(runs.map(({ handler }) => handler).toSorted()).toEqual(['gives-up', 'url']);
    for (const run of runs) {
      expect(run).not.toHaveProperty('result');
      expect(run).not.toHaveProperty('resultOmitted');
    }
  });
});
