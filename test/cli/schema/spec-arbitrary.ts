import fc, { type Arbitrary } from 'fast-check';
import type { SubscriptionKind } from '../../../watcher/subscriptions/spec/subscription-kind.ts';

const SECRET = { name: 'credentials', key: 'token' };
const LONG = 'a'.repeat(3_000);

/** Mostly what is right, sometimes what is nearly so, and now and then anything. */
function mostly(right: readonly unknown[], nearly: readonly unknown[]): Arbitrary<unknown> {
  return fc.oneof(
    { arbitrary: fc.constantFrom(...right), weight: 24 },
    { arbitrary: fc.constantFrom(...nearly), weight: 2 },
    {
      arbitrary: fc.oneof(fc.string(), fc.integer(), fc.constant([]), fc.constant({}), fc.boolean()),
      weight: 1,
    },
  );
}

const url = mostly(
  [
    'https://hooks.example.com/pods?x=1',
    'https://a.example.com:8443',
    'https://x-1.example.org/',
    'https://a.b?c',
  ],
  [
    ...[
      'http://a.example.com/',
      'https://A.example.com/',
      'https://10.0.0.1/',
      'https://[::1]/',
      'https://a.svc/',
    ],
    ...[
      'https://u:p@a.example.com/',
      'https://a.example.com/#x',
      'https://a.example.com:65536/',
      'https://a.b/ü',
    ],
    ...[
      'https://a.example.com/a b',
      'https://a.example.com\\@b.example.com/',
      `https://a.example.com/${LONG}`,
      '',
    ],
  ],
);
const reference = mostly(
  [SECRET],
  [{ name: 'a' }, { ...SECRET, key: 'a/b' }, { ...SECRET, name: 'A' }, { ...SECRET, more: 1 }],
);
const service = mostly(
  [
    { name: 'receiver', port: 80 },
    { name: 'receiver', port: 443, path: '/events?a=b', scheme: 'HTTPS' },
  ],
  [
    { name: 'receiver', port: 0 },
    { name: '1a', port: 1 },
    { name: 'a', port: 1, path: 'a' },
    { name: 'a', port: 1.5 },
  ],
);
const bus = mostly(
  [{ busName: 'default', region: 'eu-central-1' }],
  [{ busName: 'default' }, { busName: 'a b', region: 'eu-central-1' }, { busName: 'a', region: 'Frankfurt' }],
);

function target(kind: SubscriptionKind): Arbitrary<unknown> {
  const one = [
    fc.record({ url }),
    fc.record({ urlSecretRef: reference }),
    fc.record({ service }),
    ...(kind === 'ClusterHookSubscription' ? [fc.record({ eventBridge: bus })] : []),
  ];
  return fc.oneof(
    { arbitrary: fc.oneof(...one), weight: 20 },
    {
      arbitrary: fc.constantFrom({}, { url: 'https://a.example.com/', service: { name: 'a', port: 1 } }),
      weight: 1,
    },
  );
}

const selector = mostly(
  [
    {},
    { matchLabels: { app: 'checkout', 'example.com/tier': '' } },
    { matchExpressions: [{ key: 'example.com/a', operator: 'In', values: ['a', 'b'] }] },
    { matchExpressions: [{ key: 'a', operator: 'Exists' }] },
  ],
  [
    { matchLabels: { app: '-a' } },
    { matchLabels: { app: 'a'.repeat(64) } },
    { matchLabels: Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`l${index}`, 'a'])) },
    { matchExpressions: [{ key: '-', operator: 'Exists' }] },
    { matchExpressions: [{ key: 'a', operator: 'Equals' }] },
    { matchExpressions: [{ key: 'a', operator: 'In' }] },
    { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['a'] }] },
  ],
);

/** Fields that may be left out, each with values on both sides of what is accepted. */
const OPTIONAL: Readonly<Record<string, Arbitrary<unknown>>> = {
  suspend: mostly([true, false], ['yes']),
  signing: mostly(
    [{}, { mode: 'Ed25519' }, { mode: 'HMAC', secretRef: SECRET, previousSecretRefs: [SECRET] }],
    [
      { mode: 'HMAC' },
      { secretRef: SECRET },
      { mode: 'hmac' },
      { mode: 'HMAC', secretRef: SECRET, previousSecretRefs: [SECRET, SECRET, SECRET, SECRET] },
    ],
  ),
  auth: mostly(
    [
      { bearer: { secretRef: SECRET } },
      {
        oauth2: {
          tokenURL: 'https://login.example.com/token',
          clientID: 'a',
          clientSecretRef: SECRET,
          scopes: ['a', 'b'],
          audience: 'x',
        },
      },
    ],
    [
      {},
      { bearer: {} },
      { oauth2: { tokenURL: 'https://login/token', clientID: 'ü', clientSecretRef: SECRET } },
      {
        oauth2: {
          tokenURL: 'https://login.example.com/',
          clientID: 'a',
          clientSecretRef: SECRET,
          scopes: ['a', 'a'],
        },
      },
      {
        oauth2: {
          tokenURL: 'https://login.example.com/',
          clientID: 'a',
          clientSecretRef: SECRET,
          scopes: ['a b'],
        },
      },
    ],
  ),
  tls: mostly(
    [{}, { caSecretRef: SECRET }, { clientCertificate: { secretName: 'mine' } }],
    [{ clientCertificate: {} }, { insecure: true }],
  ),
  headers: mostly(
    [
      [],
      [
        { name: 'X-Team', value: 'a' },
        { name: 'x-key', secretRef: SECRET },
      ],
      [{ name: 'x', value: '' }],
    ],
    [
      ...[
        [{ name: 'Host', value: 'a' }],
        [{ name: 'webhook-id', value: 'a' }],
        [{ name: 'x' }],
        [{ name: 'x y', value: '' }],
      ],
      ...[
        [{ name: 'x', value: 'a\r\nb' }],
        [{ name: 'x', value: LONG }],
        [
          { name: 'x', value: 'a' },
          { name: 'x', value: 'b' },
        ],
      ],
    ],
  ),
  hooks: mostly(
    [['postStop'], ['preStop', 'postStop']],
    [[], ['postStop', 'postStop'], ['started'], ['gap']],
  ),
  selection: mostly(['Selector', 'Annotation'], ['selector', '']),
  podSelector: selector,
  containers: mostly(
    [[], ['app', 'side-car']],
    [['App'], ['a', 'a'], Array.from({ length: 33 }, (_, index) => `c${index}`)],
  ),
  exitCodes: mostly(
    [{ operator: 'NotIn', values: [0, 143] }],
    [
      { operator: 'In', values: [] },
      { operator: 'In', values: [256] },
      { operator: 'In', values: [1, 1] },
      { values: [1] },
    ],
  ),
  reasons: mostly([['OOMKilled']], [['a b'], ['OOMKilled', 'OOMKilled'], ['']]),
  delivery: mostly(
    [
      {},
      {
        ordering: 'None',
        concurrency: 64,
        timeoutSeconds: 30,
        retryDelaysSeconds: [5, 5],
        expired: 'Drop',
        maxPerMinute: 600,
      },
    ],
    [
      { concurrency: 0 },
      { concurrency: 65 },
      { timeoutSeconds: 31 },
      { retryDelaysSeconds: [] },
      { retryDelaysSeconds: [0] },
      { expired: 'Keep' },
      { maxPerMinute: 60_001 },
    ],
  ),
};

/** Specs of a kind, about a third of them right. */
export function specsOf(kind: SubscriptionKind): Arbitrary<Record<string, unknown>> {
  const ofCluster = { namespaceSelector: selector, secretNamespace: mostly(['audit'], ['Audit', '']) };
  const fields = {
    ...Object.fromEntries(
      Object.entries(OPTIONAL).map(([key, value]) => [key, fc.option(value, { nil: undefined, freq: 2 })]),
    ),
    ...(kind === 'ClusterHookSubscription' ? ofCluster : {}),
  };
  return fc.record({ target: target(kind), ...fields }).map(withoutUndefined);
}

function withoutUndefined(spec: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined));
}
