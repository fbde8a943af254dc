import { describe, expect, it } from 'vitest';
import { retryDelayMs } from '../../../functions/hooks/handler-settings.ts';
import type { HookFilter, OneOrMore } from '../../../functions/hooks/hook-filter.ts';
import { createHooks } from '../../../functions/hooks/hooks.ts';
import { EVENT_TYPE, type Hook } from '../../../protocol/event/event-type.ts';
import type { GapEvent, StopTrigger } from '../../../protocol/event/lifecycle-event.ts';
import { postStart, postStop, preStop } from '../support/sample-events.ts';

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
    ['the cluster', { cluster: 'prod-eu-1' }, true],
    ['other clusters', { cluster: ['prod-us-1', 'staging'] }, false],
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
    hooks.on('gap', { cluster: 'prod-eu-1' }, noop, { name: 'this-cluster' });
    hooks.on('gap', { cluster: 'prod-us-1' }, noop, { name: 'another-cluster' });
    expect(hooks.matching(gap).map(({ name }) => name)).toEqual(['every', 'this-cluster']);
  });

  it.each<[OneOrMore<StopTrigger>, boolean]>([
    ['podDeleted', true],
    ['evicted', false],
    [['evicted', 'podDeleted'], true],
    [[], false],
  ])('for the trigger %s', (trigger, matches) => {
    const hooks = createHooks();
    hooks.on('preStop', { trigger }, noop);
    expect(hooks.matching(event).length === 1).toBe(matches);
  });

  it.each<[HookFilter<'postStop'>, boolean]>([
    [{ exitCodes: { operator: 'NotIn', values: [0, 143] } }, true],
    [{ exitCodes: { operator: 'In', values: [1, 2] } }, false],
    [{ reason: 'OOMKilled' }, true],
    [{ reason: ['Error', 'Completed'] }, false],
    [{ reason: 'OOMKilled', exitCodes: { operator: 'NotIn', values: [137] } }, false],
    [{ labelExpressions: [{ key: 'app', operator: 'Exists' }] }, true],
    [{ labelExpressions: [{ key: 'nowhere', operator: 'NotIn', values: ['a'] }] }, true],
    [{ labelExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }, false],
  ])('for %j looks at how the run ended and at labels', (filter, matches) => {
    const hooks = createHooks();
    hooks.on('postStop', filter, noop);
    const ended = postStop({ key: 'e', labels: { app: 'web' } }, 137, 'OOMKilled');
    expect(hooks.matching(ended).length === 1).toBe(matches);
  });

  it('does not follow a change of the object it was given as', () => {
    const hooks = createHooks();
    const filter = { namespace: ['shop'] };
    hooks.on('preStop', filter, noop);
    filter.namespace.push('billing');
    filter.namespace.shift();
    expect(hooks.matching(event)).toHaveLength(1);
  });

  it.each<[string, Hook | Hook[], unknown, string]>([
    [
      'an unknown field',
      'preStop',
      { namespaces: 'a' },
      'has no field "namespaces"; did you mean "namespace"?',
    ],
    [
      'an unknown field like no other',
      'preStop',
      { owner: 'a' },
      'use one of cluster, namespace, labels, labelExpressions, container',
    ],
    ['an inherited name', 'preStop', { constructor: 'a' }, 'has no field "constructor"'],
    ['no filter', 'preStop', undefined, 'filter must be an object, {} for every event'],
    ['a handler in its place', 'preStop', () => {}, 'filter must be an object'],
    ['a number', 'preStop', { namespace: 7 }, 'filter.namespace must be a text or a list'],
    ['an empty text', 'preStop', { cluster: '' }, 'filter.cluster must be a text or a list'],
    [
      'a list with a hole',
      'preStop',
      { container: ['a', undefined] },
      'filter.container must be a text or a list',
    ],
    ['labels as a text', 'preStop', { labels: 'app=web' }, 'filter.labels must be an object'],
    [
      'a label that is an object',
      'preStop',
      { labels: { app: { in: ['a'] } } },
      'filter.labels["app"] must be a text',
    ],
    [
      'an unknown trigger',
      'preStop',
      { trigger: 'evict' },
      '"evict" is not a trigger; did you mean "evicted"?',
    ],
    [
      'a trigger for postStop',
      'postStop',
      { trigger: 'evicted' },
      'trigger is for preStop alone, postStop has none',
    ],
    [
      'exit codes for preStop',
      'preStop',
      { exitCodes: { operator: 'In', values: [1] } },
      'filter.exitCodes is for postStop alone, preStop tells of no end',
    ],
    ['a reason for preStop', 'preStop', { reason: 'Error' }, 'filter.reason is for postStop alone'],
    ['exit codes as a list', 'postStop', { exitCodes: [1] }, 'exitCodes must be an object { operator'],
    [
      'an exit code that no process has',
      'postStop',
      { exitCodes: { operator: 'In', values: [256] } },
      'exitCodes.values must be 1 to 255 exit codes from 0 to 255',
    ],
    [
      'exit codes with a key of their own',
      'postStop',
      { exitCodes: { operator: 'In', codes: [1] } },
      'has no field "codes"',
    ],
    [
      'an operator that there is not',
      'postStop',
      { exitCodes: { operator: 'Not', values: [1] } },
      'exitCodes.operator must be one of In, NotIn',
    ],
    [
      'an expression without values',
      'preStop',
      { labelExpressions: [{ key: 'app', operator: 'NotIn' }] },
      'filter.labelExpressions[0].values must be 1 to 32 label values',
    ],
    [
      'values where none belong',
      'preStop',
      { labelExpressions: [{ key: 'app', operator: 'Exists', values: ['a'] }] },
      'filter.labelExpressions[0].values must be left out: Exists takes none',
    ],
    [
      'a trigger for several hooks',
      ['preStop', 'gap'],
      { trigger: 'evicted' },
      'preStop alone, gap has none',
    ],
  ])('with %s is refused', (_, hook, filter, message) => {
    const attempt = () => createHooks().on(hook as 'preStop', filter as HookFilter<'preStop'>, noop);
    expect(attempt).toThrow(TypeError);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(/^handler noop of (preStop|postStop)/);
  });

  it('takes a label without a value', () => {
    const hooks = createHooks();
    hooks.on('preStop', { labels: { app: '' } }, noop);
    expect(hooks.matching(preStop({ key: 'b', labels: { app: '' } }))).toHaveLength(1);
    expect(hooks.matching(event)).toEqual([]);
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
    hooks.on('preStop', { trigger: ['evicted', 'podDeleted'] }, (stopping) => stopping.data.stop.trigger, {
      name: 'trigger',
    });
    const refused = createHooks();
    // @ts-expect-error a container that starts is not being stopped
    expect(() => refused.on('postStart', { trigger: 'evicted' }, noop)).toThrow(TypeError);
    // @ts-expect-error not every one of these has a trigger
    expect(() => refused.on(['preStop', 'postStop'], { trigger: 'evicted' }, noop)).toThrow(TypeError);
    // @ts-expect-error not a trigger
    expect(() => refused.on('preStop', { trigger: 'deleted' }, noop)).toThrow(TypeError);
    // @ts-expect-error not a field
    expect(() => refused.on('preStop', { namespaces: 'shop' }, noop)).toThrow(TypeError);
    // @ts-expect-error a function, a URL or a bus
    expect(() => refused.on('preStop', {}, { uri: 'https://a.example' }, { name: 'a' })).toThrow(TypeError);
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
    [
      'an unknown option',
      register('preStop', { timeout: 5 }),
      /no field "timeout"; did you mean "timeoutMs"\?/,
    ],
    ['order that is not a yes', register('preStop', { ordered: 1 }), /noop: ordered must be true or false/],
    ['a hook with a slip', register('preStopp', {}), /"preStopp" is not a hook; did you mean "preStop"\?/],
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
  const settings = { retryMs: 2_000 };
  const waits = [1, 2, 3, 10, 11, 12, 19].map((attempt) => retryDelayMs(settings, attempt) / 1_000);
  expect(waits).toEqual([2, 4, 8, 1_024, 2_048, 3_600, 3_600]);
});
