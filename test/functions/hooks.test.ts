import { describe, expect, it } from 'vitest';
import type { HookFilter } from '../../functions/hooks/filter.ts';
import { retryDelayMs } from '../../functions/hooks/handler-settings.ts';
import { createHooks } from '../../functions/hooks/hooks.ts';
import { EVENT_TYPE } from '../../protocol/event-type.ts';
import type { GapEvent } from '../../protocol/lifecycle-event.ts';
import { postStart, postStop, preStop } from './support/sample-events.ts';

const noop = () => {};
const event = preStop({
  key: 'a',
  namespace: 'shop',
  container: 'app',
  labels: { app: 'checkout', tier: 'web' },
});

describe('a filter', () => {
  it.each<[string, HookFilter, boolean]>([
    ['empty', {}, true],
    ['the namespace', { namespace: 'shop' }, true],
    ['another namespace', { namespace: 'billing' }, false],
    ['one of several namespaces', { namespace: ['billing', 'shop'] }, true],
    ['no namespace at all', { namespace: [] }, false],
    ['the container', { container: 'app' }, true],
    ['other containers', { container: ['proxy', 'init'] }, false],
    ['a label', { labels: { app: 'checkout' } }, true],
    ['one of several values of a label', { labels: { tier: ['db', 'web'] } }, true],
    ['a label with another value', { labels: { app: 'search' } }, false],
    ['a label the Pod lacks', { labels: { owner: 'me' } }, false],
    ['a name every object has', { labels: { constructor: 'Object' } }, false],
    [
      'all fields, one of them wrong',
      { namespace: 'shop', container: 'app', labels: { app: 'search' } },
      false,
    ],
    ['all fields, all right', { namespace: 'shop', container: 'app', labels: { app: 'checkout' } }, true],
  ])('for %s', (_, filter, matches) => {
    const hooks = createHooks();
    hooks.on('preStop', filter, noop);
    expect(hooks.matching(event).length === 1).toBe(matches);
  });

  it('with any field leaves out events that concern no container', () => {
    const {
      specversion,
      id,
      source,
      subject,
      time,
      timestamp,
      datacontenttype,
      dataschema,
      partitionkey,
      sequence,
    } = event;
    const envelope = { specversion, id, source, subject, time, timestamp, datacontenttype, dataschema };
    const edge = { resourceVersion: null, time: null };
    const data = { hook: 'gap', cluster: event.data.cluster, from: edge, to: edge, why: 'expired' } as const;
    const gap: GapEvent = { ...envelope, partitionkey, sequence, type: EVENT_TYPE.gap, data };
    const hooks = createHooks();
    hooks.on('gap', {}, noop, { name: 'every' });
    hooks.on('gap', { namespace: 'shop' }, noop, { name: 'shop' });
    expect(hooks.matching(gap).map(({ name }) => name)).toEqual(['every']);
  });
});

describe('registering', () => {
  it('runs a handler for its own hooks only, in the order of registration', () => {
    const hooks = createHooks();
    hooks.on('preStop', {}, noop, { name: 'second-hook' });
    hooks.on(['postStart', 'postStop'], {}, noop, { name: 'both' });
    hooks.on('postStart', {}, noop, { name: 'last' });
    expect(hooks.matching(postStart({ key: 'a' })).map(({ name }) => name)).toEqual(['both', 'last']);
    expect(hooks.matching(preStop({ key: 'a' })).map(({ name }) => name)).toEqual(['second-hook']);
  });

  it('gives amended events to the handlers of postStop', () => {
    const amended = { ...postStop({ key: 'a' }, 1, null), type: EVENT_TYPE.postStopAmended };
    const hooks = createHooks();
    hooks.on('postStop', {}, noop);
    expect(hooks.matching({ ...amended, data: { ...amended.data, amends: 'evt_x' } })).toHaveLength(1);
  });

  it('types the event by the hook', () => {
    const hooks = createHooks();
    hooks.on('postStop', {}, (stopped) => stopped.data.exit.code, { name: 'exit' });
    hooks.on(['preStop', 'postStop'], {}, (ended) => ended.data.pod.name, { name: 'either' });
    // @ts-expect-error a started container has no exit
    hooks.on('postStart', {}, (started) => started.data.exit.code.toFixed(), { name: 'no-exit' });
    expect(hooks.matching(postStop({ key: 'a' }, 0, null)).map(({ name }) => name)).toEqual([
      'exit',
      'either',
    ]);
  });

  it('names a handler after its function', () => {
    const hooks = createHooks();
    hooks.on('preStop', {}, function drain() {});
    expect(hooks.matching(event)[0]).toMatchObject({ name: 'drain', timeoutMs: 30_000, attempts: 6 });
  });

  const register = (...[hook, options, handler = noop]: [string, object, (() => void)?]) => {
    return () => createHooks().on(hook as 'preStop', {}, handler, options);
  };

  it.each<[string, () => void, RegExp]>([
    [
      'an unknown hook',
      register('beforeStop', {}),
      /"beforeStop" is not a hook: use one of preStart, postStart/,
    ],
    [
      'an anonymous function',
      register('preStop', {}, (() => () => {})()),
      /anonymous function.*pass \{ name \}/,
    ],
    ['a name with a space', register('preStop', { name: 'a b' }), /got "a b"/],
    [
      'no time',
      register('preStop', { timeoutMs: 0 }),
      /noop: timeoutMs must be a whole number 1-600000, got 0/,
    ],
    ['too much time', register('preStop', { timeoutMs: 600_001 }), /timeoutMs/],
    [
      'half an attempt',
      register('preStop', { attempts: 0.5 }),
      /attempts must be a whole number 1-20, got 0.5/,
    ],
    ['a negative wait', register('preStop', { retryMs: -1 }), /retryMs/],
  ])('refuses %s', (_, attempt, message) => {
    expect(attempt).toThrow(message);
  });

  it('refuses a name that is taken on the same hook, not on another one', () => {
    const hooks = createHooks();
    hooks.on('preStop', { namespace: 'a' }, noop);
    hooks.on('postStop', {}, noop);
    expect(() => hooks.on('preStop', { namespace: 'b' }, noop)).toThrow(
      /two handlers of preStop are called "noop"/,
    );
  });
});

it('doubles the wait between attempts, up to an hour', () => {
  const settings = { name: 'a', timeoutMs: 1, attempts: 20, retryMs: 2_000 };
  const waits = [1, 2, 3, 10, 11, 12, 19].map((attempt) => retryDelayMs(settings, attempt) / 1_000);
  expect(waits).toEqual([2, 4, 8, 1_024, 2_048, 3_600, 3_600]);
});
