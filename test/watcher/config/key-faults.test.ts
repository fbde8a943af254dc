import { describe, expect, test } from 'vitest';
import { faultLines, loadOk, withSubscription } from './load.ts';

const WHOLE = 'expected a whole number';
const DURATION = 'expected a duration';

describe('unknown keys, at every level', () => {
  const good = withSubscription();
  test.each([
    ['offhook.yaml:5:1 clustr: unknown key; did you mean "cluster"?', `${good}clustr: x`],
    ['offhook.yaml:5:12 journal.dir: unknown key; valid keys: allowVolatile,', `${good}journal: { dir: x }`],
    [
      'offhook.yaml:5:10 watch.namespace: unknown key; did you mean "namespaces"?',
      `${good}watch: { namespace: x }`,
    ],
    ['offhook.yaml:6:3 server.prot: unknown key; did you mean "port"?', `${good}server:\n  prot: 1`],
    ['offhook.yaml:5:8 log.LEVEL: unknown key; did you mean "level"?', `${good}log: { LEVEL: info }`],
    [
      'offhook.yaml:5:5 subscriptions[0].hook: unknown key; did you mean "hooks"?',
      withSubscription('hook: [a]'),
    ],
    [
      'offhook.yaml:3:20 subscriptions[0].eventBridge.bus: unknown key; did you mean "busName"?',
      'subscriptions:\n  - name: a\n    eventBridge: { bus: x, busName: y }',
    ],
  ])('%s', (line, yaml) => {
    expect(faultLines(yaml)[0]).toContain(line);
  });

  test('an inline secret is refused without being shown', () => {
    const lines = faultLines(withSubscription('secret: whsec_visible'));
    expect(lines).toEqual([
      'offhook.yaml:5:5 subscriptions[0].secret: unknown key; did you mean "signingSecretFile"?',
    ]);
  });

  test('maxAttempts points to the schedule, whose length it would be', () => {
    expect(faultLines(withSubscription('maxAttempts: 0'))).toEqual([
      'offhook.yaml:5:5 subscriptions[0].maxAttempts: unknown key; did you mean "retrySchedule"?',
    ]);
  });
});

describe('values', () => {
  test.each([
    ['concurrency', '0', `${WHOLE} from 1 to 256, got 0`],
    ['concurrency', '-1', `${WHOLE} from 1 to 256, got -1`],
    ['concurrency', '257', `${WHOLE} from 1 to 256, got 257`],
    ['concurrency', '1.5', `${WHOLE} from 1 to 256, got 1.5`],
    ['concurrency', '.nan', `${WHOLE} from 1 to 256, got NaN`],
    ['concurrency', '"16"', `${WHOLE} from 1 to 256, got "16"`],
    ['concurrency', '', `${WHOLE} from 1 to 256, got nothing`],
    [
      'timeout',
      '31s',
      'expected a duration from 1s to 30s with its unit, such as 500ms, 5s, 10m, 2h or 7d, got "31s"',
    ],
    [
      'timeout',
      '5',
      'expected a duration from 1s to 30s with its unit, such as 500ms, 5s, 10m, 2h or 7d, got 5',
    ],
    ['retrySchedule', '5m', 'expected a list of waits, such as [1s, 30s, 5m, 2h]'],
    [
      'retrySchedule',
      '[]',
      'the empty schedule never retries; name at least one wait, such as [1s, 30s, 5m]',
    ],
    ['dropExpired', 'yes', 'expected true or false, got "yes"'],
    ['ordering', 'pod', 'expected one of none, container, got "pod"'],
    ['hooks', '[]', 'the empty list matches nothing; leave the key out for all hooks'],
    ['hooks', 'preStop', 'expected a list of hooks, such as [a, b]'],
    ['namespaces', '[]', 'the empty list matches nothing; leave the key out for all namespaces'],
    ['containers', '{}', 'expected a list of containers, such as [a, b], got a map'],
    ['selector', '{}', 'is empty; leave it out to match every Pod'],
    ['selector', 'app=x', 'expected a map of Pod labels, such as { app: checkout }'],
    ['eventBridge', '7', 'expected a map with the keys busName, region, endpoint, got a number'],
  ])('%s: %s', (key, value, message) => {
    const lines = faultLines(withSubscription(`${key}: ${value}`));
    expect(lines).toContainEqual(expect.stringMatching(/^offhook\.yaml:5:\d+ /));
    expect(lines.map((line) => line.replace(/^\S+ /, ''))).toContain(`subscriptions[0].${key}: ${message}`);
  });

  test('a name that no bus has', () => {
    const lines = faultLines(withSubscription(`eventBridge: { busName: ${'n'.repeat(257)} }`));
    expect(lines).toContainEqual(
      expect.stringContaining(
        'expected the name or ARN of an event bus: at most 256 letters, digits and /.-_',
      ),
    );
  });

  test.each([
    ['retrySchedule: [5]', 'retrySchedule[0]', `${DURATION} from 0s to 7d`, 'got 5'],
    ['retrySchedule: [1s, -1s]', 'retrySchedule[1]', `${DURATION} from 0s to 7d`, 'got "-1s"'],
    ['retrySchedule: [8d]', 'retrySchedule[0]', `${DURATION} from 0s to 7d`, 'got "8d"'],
    ['namespaces: [Shop]', 'namespaces[0]', 'expected a namespace', 'got "Shop"'],
    ['namespaces: [shop, shop]', 'namespaces[1]', '"shop" is listed twice', ''],
    ['selector: { app: 1 }', 'selector.app', 'write it in quotes: "1"', ''],
    ['selector: { app: "a b" }', 'selector.app', 'is not a label value', ''],
    [`selector: { app: ${'x'.repeat(64)} }`, 'selector.app', 'is not a label value', ''],
    ['selector: { "a/b/c": x }', 'selector.a/b/c', 'is not a label key', ''],
    ['selector: { "Not.Dns/b": x }', 'selector.Not.Dns/b', 'is not a label key', ''],
  ])('%s', (line, path, ...messages) => {
    const [fault = ''] = faultLines(withSubscription(line));
    for (const text of [`subscriptions[0].${path}: `, ...messages]) expect(fault).toContain(text);
  });

  test.each(['5', '"5"', '1w', '30m', '366d'])('journal.retention: %s', (value) => {
    const [fault] = faultLines(`${withSubscription()}journal: { retention: ${value} }`);
    expect(fault).toContain(`journal.retention: ${DURATION} from 1h to 365d`);
  });

  test('a log of unknown hooks lists the valid ones and the nearest', () => {
    expect(faultLines(withSubscription('hooks: [prestop, reboot]'))).toEqual([
      'offhook.yaml:5:13 subscriptions[0].hooks[0]: unknown hook; did you mean "preStop"? valid hooks: preStart, postStart, preStop, postStop, hookFailed, gap, disabled',
      'offhook.yaml:5:22 subscriptions[0].hooks[1]: unknown hook; valid hooks: preStart, postStart, preStop, postStop, hookFailed, gap, disabled',
    ]);
  });
});

describe('subscriptions that contradict something', () => {
  test('there must be one', () => {
    expect(faultLines('subscriptions: []')).toEqual([
      'offhook.yaml:1:16 subscriptions: at least one subscription is needed; for subscriptions as objects alone, write tenancy: { enabled: true }',
    ]);
    expect(faultLines('cluster: x')).toEqual([
      'offhook.yaml:1:1 subscriptions: at least one subscription is needed; for subscriptions as objects alone, write tenancy: { enabled: true }',
    ]);
  });

  test('names are unique, also beside other faults', () => {
    const yaml = `${withSubscription('concurrency: 0')}  - { name: bridge, url: 7 }\n`;
    expect(faultLines(yaml)).toContain(
      'offhook.yaml:6:13 subscriptions[1].name: another subscription is already called "bridge"',
    );
  });

  test('a target is a webhook or a bus, not neither and not both', () => {
    expect(faultLines('subscriptions: [{ name: a }]')).toEqual([
      'offhook.yaml:1:17 subscriptions[0]: needs url (a webhook) or eventBridge (an event bus)',
    ]);
    const both = faultLines(withSubscription('eventBridge: { busName: x }'));
    expect(both.map((line) => line.split(' ')[1])).toEqual([
      'subscriptions[0].url:',
      'subscriptions[0].signingSecretFile:',
    ]);
    expect(both[0]).toContain('belongs to webhooks, not to eventBridge');
  });

  test('namespaces that are not watched', () => {
    const watch = 'watch: { namespaces: [pay] }\n';
    expect(faultLines(withSubscription('namespaces: [shop]') + watch)).toEqual([
      'offhook.yaml:2:5 subscriptions[0]: matches no Pod: none of its namespaces is in watch.namespaces',
    ]);
    expect(faultLines(withSubscription('namespaces: [shop]', 'hooks: [gap]') + watch)).toEqual([]);
  });

  test('more namespaces than can be followed one by one', () => {
    const names = Array.from({ length: 101 }, (_, n) => `team-${n}`);
    const many = (count: number) => `watch: { namespaces: [${names.slice(0, count).join(', ')}] }\n`;
    expect(faultLines(withSubscription() + many(100))).toEqual([]);
    expect(faultLines(withSubscription() + many(101))).toEqual([
      expect.stringMatching(
        /watch.namespaces: expected at most 100 namespaces; .*Leave the key out to follow the whole cluster/,
      ),
    ]);
  });

  test('subscriptions as objects beside one watcher per node, if somebody asks for them', () => {
    const node = 'watch: { node: node1 }\n';
    expect(faultLines(`${withSubscription()}${node}tenancy: { enabled: true }`)).toEqual([
      'offhook.yaml:6:10 tenancy: and watch.node exclude each other: the watchers of all nodes would write to the status of each object',
    ]);
    expect(loadOk(`${withSubscription()}${node}`).tenancy).toBeUndefined();
    expect(loadOk(withSubscription()).tenancy).toBeDefined();
  });

  test('a standby beside one watcher per node, told by file or environment', () => {
    const standby = 'standby: { lease: { name: offhook } }\n';
    const why =
      'standby: and watch.node exclude each other: with one watcher per node nobody stands by for another';
    const told = [`offhook.yaml:5:10 ${why}`];
    expect(faultLines(`${withSubscription()}${standby}watch: { node: node1 }`)).toEqual(told);
    expect(faultLines(withSubscription() + standby, { env: { OFFHOOK_NODE: 'node1' } })).toEqual(told);
    expect(faultLines(`${withSubscription()}standby: { lease: {}, leaseDuration: 1s }`)).toEqual([
      expect.stringContaining('standby.lease.name: '),
      expect.stringContaining('standby.leaseDuration: expected a duration from 4s to 60s'),
    ]);
  });

  test('hookFailed without kubelet Events', () => {
    const watch = 'watch: { kubeletEvents: false }\n';
    expect(faultLines(withSubscription('hooks: [hookFailed]') + watch)).toEqual([
      'offhook.yaml:2:5 subscriptions[0]: matches nothing: hookFailed comes from kubelet Events, and watch.kubeletEvents is false',
    ]);
  });
});

describe('URLs', () => {
  const faultsOf = (url: string) =>
    faultLines(`subscriptions: [{ name: a, url: ${JSON.stringify(url)}, signingSecretFile: bridge.secret }]`);

  test.each([
    ['http://127.0.0.1/hidden', 'https required; plain http needs allowHttp: true'],
    ['http://localhost/hidden', 'https required'],
    ['https://user:hidden@a.example/', 'must not carry a user name or password'],
    ['https://@a.example/hidden', 'must not carry a user name or password'],
    ['https://a.example/hidden#x', 'must not have a fragment'],
    ['https://a.example/hidden#', 'must not have a fragment'],
    ['https://a.example/hidden path', 'has white space'],
    ['https://a.example\\hidden', 'has white space or a backslash'],
    ['ftp://a.example/hidden', 'expected an absolute URL'],
    ['a.example/hidden', 'expected an absolute URL'],
    ['https:a.example/hidden', 'expected an absolute URL'],
    ['https://', 'expected an absolute URL'],
    ['https://a.example:99999/hidden', 'expected an absolute URL'],
    [`https://a.example/${'hidden'.repeat(400)}`, 'is longer than 2048 characters'],
  ])('%s', (url, message) => {
    const lines = faultsOf(url);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`subscriptions[0].url: ${message}`);
    expect(lines[0]).not.toContain('hidden');
  });

  test('of exactly 2048 characters pass', () => {
    expect(faultsOf(`https://a.example/${'x'.repeat(2048 - 18)}`)).toEqual([]);
  });

  test('plain http passes where the subscription allows it', () => {
    expect(
      faultLines(
        'subscriptions: [{ name: a, url: "http://a", signingSecretFile: bridge.secret, allowHttp: true }]',
      ),
    ).toEqual([]);
  });

  test('of EventBridge endpoints follow the same rule', () => {
    const [fault] = faultLines(
      'subscriptions: [{ name: a, eventBridge: { busName: x, endpoint: "http://a" } }]',
    );
    expect(fault).toContain('subscriptions[0].eventBridge.endpoint: https required');
  });
});
