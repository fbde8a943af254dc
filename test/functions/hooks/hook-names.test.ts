import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOOK_NAMES, type HookName } from '../../../functions/hooks/hook-name.ts';
import { createHooks } from '../../../functions/hooks/hooks.ts';
import type { LifecycleEvent } from '../../../protocol/event/lifecycle-event.ts';
import { told } from '../support/container-events.ts';
import { postStart, postStop } from '../support/sample-events.ts';

const noop = () => {};
const oomKilled = told.postStop({}, 137, 'OOMKilled');
const completed = told.postStop({}, 0, 'Completed');
const unknown = told.postStop({}, null);
const evicted = told.preStop({}, 'evicted');

/** Names under which a handler of that name alone is run for the event. */
function namesOf(event: LifecycleEvent): readonly HookName[] {
  return HOOK_NAMES.filter((name) => {
    const hooks = createHooks();
    hooks.on(name, noop);
    return hooks.matching(event).length === 1;
  });
}

describe('the name of a hook', () => {
  it.each<[string, LifecycleEvent, readonly HookName[]]>([
    ['an OOM kill', oomKilled, ['postStop', 'postStop.failed', 'postStop.oomKilled']],
    ['an end without fault', completed, ['postStop', 'postStop.completed']],
    ['an end that nobody saw', unknown, ['postStop', 'postStop.unknown']],
    ['better facts', told.amended({}, 1), ['postStop', 'postStop.failed', 'postStop.amended']],
    ['an eviction', evicted, ['preStop', 'preStop.evicted']],
    ['a deletion', told.preStop({}), ['preStop', 'preStop.podDeleted']],
    ['a native hook that failed', told.hookFailed({}, 1), ['hookFailed', 'hookFailed.preStop']],
    ['a start', told.postStart({}), ['postStart']],
  ])('says of %s what it is', (_, event, names) => {
    expect(namesOf(event)).toEqual(names);
  });

  it('gives the handler the type of its event', () => {
    const hooks = createHooks();
    hooks.on('postStop.oomKilled', ({ data }) => data.exit.reason satisfies 'OOMKilled', { name: 'a' });
    hooks.on('postStop.completed', ({ data }) => data.exit.code satisfies 0, { name: 'b' });
    hooks.on(
      ['preStop.evicted', 'preStop.killing'],
      ({ data }) => data.stop.trigger satisfies 'evicted' | 'killing',
      {
        name: 'c',
      },
    );
    // @ts-expect-error a start has no exit
    hooks.on('postStart', ({ data }) => data.exit, { name: 'd' });
    expect(hooks.names()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('runs a handler once for an event that several of its names are for', () => {
    const hooks = createHooks();
    hooks.on(['postStop.failed', 'postStop.oomKilled', 'postStart'], noop, { name: 'page' });
    expect(hooks.matching(oomKilled)).toHaveLength(1);
    expect(hooks.matching(postStart({ key: 'a' }))).toHaveLength(1);
    expect(hooks.matching(completed)).toEqual([]);
  });

  it('does not let two handlers of one event share a name', () => {
    const hooks = createHooks();
    hooks.on('postStop.failed', noop, { name: 'page' });
    expect(() => hooks.on('postStop.oomKilled', noop, { name: 'page' })).toThrow(
      'two handlers of postStop are called "page": give one another { name }',
    );
  });

  it('goes with a filter, or a target, or neither', () => {
    const url = 'https://drain.example/';
    const run = (register: (hooks: ReturnType<typeof createHooks>) => void) => {
      const hooks = createHooks();
      register(hooks);
      return [oomKilled, postStop({ key: 'b', namespace: 'other' }, 137, 'OOMKilled')].map(
        (event) => hooks.matching(event).length,
      );
    };
    expect(run((hooks) => hooks.on('postStop.oomKilled', { namespace: 'shop' }, noop))).toEqual([1, 0]);
    expect(run((hooks) => hooks.on('postStop.oomKilled', noop))).toEqual([1, 1]);
    expect(run((hooks) => hooks.on('postStop.oomKilled', { url }, { name: 'drain' }))).toEqual([1, 1]);
    expect(
      run((hooks) => hooks.on('postStop.oomKilled', { namespace: 'shop' }, { url }, { name: 'drain' })),
    ).toEqual([1, 0]);
  });

  it.each([
    ['postStop.oomkilled', '"postStop.oomkilled" is not a hook; did you mean "postStop.oomKilled"?'],
    ['postStop.', /^"postStop\." is not a hook/],
    ['constructor', /^"constructor" is not a hook: use one of preStart, /],
  ])('that is none is an error: %s', (name, message) => {
    expect(() => createHooks().on(name as HookName, noop)).toThrow(message);
  });

  it('is the name of its hook and what follows, whatever the event is', () => {
    const events = [oomKilled, completed, unknown, evicted, told.amended({}, 1), told.hookFailed({}, 1)];
    fc.assert(
      fc.property(fc.constantFrom(...HOOK_NAMES), fc.constantFrom(...events), (name, event) => {
        const hooks = createHooks();
        hooks.on(name, noop);
        if (hooks.matching(event).length === 1) expect(name.split('.')[0]).toBe(event.data.hook);
      }),
    );
  });
});
