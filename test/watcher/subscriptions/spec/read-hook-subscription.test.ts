import { describe, expect, it } from 'vitest';
import {
  type HookSubscriptionReading,
  readHookSubscription,
} from '../../../../watcher/subscriptions/spec/read-hook-subscription.ts';
import {
  SUBSCRIPTION_API,
  SUBSCRIPTION_KINDS,
  type SubscriptionKind,
} from '../../../../watcher/subscriptions/spec/subscription-kind.ts';
import { isOfClusterOnly, SERVER_VERDICTS } from './server-verdicts.ts';

const URL_TARGET = { url: 'https://hooks.example.com/pods' };

function read(spec: unknown, kind: SubscriptionKind = 'HookSubscription'): HookSubscriptionReading {
  const { group, version } = SUBSCRIPTION_API;
  const metadata = { name: 'billing', ...(kind === 'HookSubscription' && { namespace: 'team-a' }) };
  return readHookSubscription({ apiVersion: `${group}/${version}`, kind, metadata, spec });
}

function faultsOf(reading: HookSubscriptionReading): string[] {
  return reading.kind === 'read' ? [] : reading.faults.map(({ path, message }) => `${path}: ${message}`);
}

describe('what a real API server said', () => {
  it.each(SERVER_VERDICTS.filter((verdict) => !isOfClusterOnly(verdict)))(
    'is said of $name in a namespace, too, with the same defaults',
    ({ spec, accepted, defaulted }) => {
      const reading = read(spec);
      expect({ accepted: reading.kind === 'read' }, faultsOf(reading).join('\n')).toEqual({ accepted });
      if (reading.kind === 'read') expect(reading.spec).toEqual(defaulted);
    },
  );

  it.each(SERVER_VERDICTS.filter(isOfClusterOnly))(
    'is said of $name of the cluster only',
    ({ spec, accepted, defaulted }) => {
      expect(faultsOf(read(spec))).toContain(
        'spec.target.eventBridge: unknown key; valid keys: url, urlSecretRef, service',
      );
      const reading = read(
        { ...spec, namespaceSelector: {}, secretNamespace: 'audit' },
        'ClusterHookSubscription',
      );
      expect({ accepted: reading.kind === 'read' }, faultsOf(reading).join('\n')).toEqual({ accepted });
      if (reading.kind === 'read') expect(reading.spec).toMatchObject(defaulted as object);
    },
  );

  it('is held to all of the 32 specs', () => {
    expect(SERVER_VERDICTS).toHaveLength(32);
    expect(SERVER_VERDICTS.filter(isOfClusterOnly).map(({ name }) => name)).toEqual(['ok-eb', 'bad-ebauth']);
  });
});

const SECRET = { name: 'credentials', key: 'token' };

describe('a ClusterHookSubscription', () => {
  const refused: readonly (readonly [string, object, string])[] = [
    ['does not say which namespaces', { target: URL_TARGET }, 'spec.namespaceSelector: is required'],
    [
      'delivers to a Service of no namespace',
      { target: { service: { name: 'receiver', port: 80 } }, namespaceSelector: {} },
      'spec: target.service needs secretNamespace',
    ],
    ...[
      { target: { urlSecretRef: SECRET } },
      { target: URL_TARGET, auth: { bearer: { secretRef: SECRET } } },
      { target: URL_TARGET, signing: { mode: 'HMAC', secretRef: SECRET } },
      { target: URL_TARGET, tls: { caSecretRef: SECRET } },
      { target: URL_TARGET, tls: { clientCertificate: { secretName: 'mine' } } },
      { target: URL_TARGET, headers: [{ name: 'x-key', secretRef: SECRET }] },
    ].map(
      (spec) =>
        [
          `names a Secret of no namespace: ${JSON.stringify(spec).slice(0, 90)}`,
          { ...spec, namespaceSelector: {} },
          'spec: a reference to a Secret needs secretNamespace',
        ] as const,
    ),
  ];

  it.each(refused)('is refused when it %s', (_title, spec, fault) => {
    expect(faultsOf(read(spec, 'ClusterHookSubscription')).join('\n')).toContain(fault);
  });

  it('needs no secretNamespace where it names no Secret', () => {
    const spec = { target: URL_TARGET, namespaceSelector: { matchLabels: { team: 'a' } } };
    expect(read(spec, 'ClusterHookSubscription')).toMatchObject({
      kind: 'read',
      objectKind: 'ClusterHookSubscription',
      metadata: { name: 'billing', namespace: null },
      spec: { signing: { mode: 'Ed25519' }, selection: 'Selector' },
    });
  });
});

describe('a HookSubscription', () => {
  const refused: readonly (readonly [string, object, string])[] = [
    ['has a selector of namespaces', { namespaceSelector: {} }, 'spec.namespaceSelector: unknown key'],
    ['lists a hook twice', { hooks: ['preStop', 'preStop'] }, 'spec.hooks: hooks must not repeat'],
    ['lists no hook', { hooks: [] }, 'spec.hooks: expected 1 to 4 hooks'],
    [
      'has a header twice',
      {
        headers: [
          { name: 'x-a', value: '1' },
          { name: 'x-a', value: '2' },
        ],
      },
      'spec.headers: header names must not repeat',
    ],
    [
      'asks for values with an operator that takes none',
      { podSelector: { matchExpressions: [{ key: 'app', operator: 'Exists', values: ['a'] }] } },
      'spec.podSelector.matchExpressions[0]: In and NotIn need values; Exists and DoesNotExist take none',
    ],
    [
      'asks for no value with an operator that needs one',
      { podSelector: { matchExpressions: [{ key: 'app', operator: 'In' }] } },
      'spec.podSelector.matchExpressions[0]: In and NotIn need values',
    ],
    [
      'waits for more than the quota of waits',
      { delivery: { retryDelaysSeconds: Array.from({ length: 33 }, () => 1) } },
      'spec.delivery.retryDelaysSeconds: expected 1 to 32 waits',
    ],
    [
      'names a port that is none',
      { target: { url: 'https://a.example.com:65536/' } },
      'spec.target.url: expected',
    ],
    [
      'has a line break in its path',
      { target: { service: { name: 'a', port: 1, path: '/a\r\nb' } } },
      'target.service.path',
    ],
    [
      'turns the path of its URL',
      { target: { url: 'https://a.example.com/\\b' } },
      'spec.target.url: expected',
    ],
  ];

  it.each(refused)('is refused when it %s', (_title, fields, fault) => {
    expect(faultsOf(read({ target: URL_TARGET, ...fields })).join('\n')).toContain(fault);
  });

  it('shows neither URL nor value in what is wrong with them', () => {
    const faults = faultsOf(
      read({
        target: { url: 'http://a.example.com/hidden-token' },
        headers: [{ name: 'x-key', value: 'hidden-token\n' }],
      }),
    );
    expect(faults).toHaveLength(2);
    expect(faults.join('\n')).not.toContain('hidden');
  });

  it('gives what is known of its object, also when its spec is invalid', () => {
    const metadata = { name: 'b', namespace: 'team-a', uid: 'u-1', generation: 3, resourceVersion: '7' };
    const object = { apiVersion: 'offhook.dev/v1alpha1', kind: 'HookSubscription', metadata };
    const known = { ...metadata, annotations: {} };
    expect(readHookSubscription({ ...object, spec: {} })).toMatchObject({ kind: 'invalid', metadata: known });
    const status = { pending: 1 };
    expect(readHookSubscription({ ...object, spec: { target: URL_TARGET }, status })).toMatchObject({
      kind: 'read',
      metadata: known,
      status,
    });
  });

  it.each([
    [
      { apiVersion: 'offhook.dev/v1', kind: 'HookSubscription', metadata: { name: 'b' } },
      'apiVersion: expected offhook.dev/v1alpha1',
    ],
    [
      { apiVersion: 'offhook.dev/v1alpha1', kind: 'Subscription', metadata: { name: 'b' } },
      'kind: expected HookSubscription',
    ],
    [
      { apiVersion: 'offhook.dev/v1alpha1', kind: 'HookSubscription', metadata: { name: 'b'.repeat(64) } },
      'metadata.name: expected at most 63',
    ],
  ])('is not read of what is none: %j', (object, fault) => {
    const reading = readHookSubscription(object);
    expect(reading).toMatchObject({ kind: 'invalid', objectKind: null, metadata: null });
    expect(faultsOf(reading).join('\n')).toContain(fault);
  });

  it.each([null, 'text', [], 7])('is not read of %j', (object) => {
    expect(readHookSubscription(object)).toMatchObject({ kind: 'invalid', objectKind: null });
  });
});

describe('the kinds', () => {
  it('are in namespaces or not', () => {
    expect(SUBSCRIPTION_KINDS.HookSubscription.namespaced).toBe(true);
    expect(SUBSCRIPTION_KINDS.ClusterHookSubscription.namespaced).toBe(false);
  });
});
