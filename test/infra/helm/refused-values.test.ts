import { describe, expect, it } from 'vitest';
import { renderNotes, SMALLEST, tryChart, type Values } from './render-chart.ts';
import { RECEIVER } from './variants.ts';

const secret = { name: 'signing', key: 'bridge' };
const webhook = { name: 'bridge', url: 'https://receiver.example/events', secret };
const subscribed = (...subscriptions: Values[]): Values => ({ subscriptions });

/** Values that are wrong, and what Helm must say, which names the key. */
const REFUSED: readonly (readonly [what: string, values: Values, message: RegExp])[] = [
  ['an unknown key', { replica: 2 }, /additional properties 'replica' not allowed/],
  [
    'an unknown key below another',
    { watch: { namespace: ['shop'] } },
    /'\/watch': .*'namespace' not allowed/,
  ],
  ['a mode that there is not', { mode: 'daemonset' }, /'\/mode': value must be one of 'cluster', 'per-node'/],
  ['no replica', { replicas: 0 }, /'\/replicas': minimum: got 0, want 1/],
  ['half a replica', { replicas: 1.5 }, /'\/replicas': got number, want integer/],
  ['replicas as text', { replicas: '2' }, /'\/replicas': got string, want integer/],
  ['a misspelled log level', { log: { level: 'verbose' } }, /'\/log\/level': value must be one of/],
  [
    'a duration without a unit',
    { journal: { retention: '7' } },
    /'\/journal\/retention': '7' does not match/,
  ],
  ['a size without a unit', { journal: { maxBytes: '1 GB' } }, /'\/journal\/maxBytes'/],
  ['a volume of no size', { persistence: { size: 'large' } }, /'\/persistence\/size'/],
  ['a shared volume', { persistence: { accessModes: ['ReadWriteMany'] } }, /'\/persistence\/accessModes\/0'/],
  ['a digest that is none', { image: { digest: 'latest' } }, /'\/image\/digest'/],
  [
    'a time to stop below the drain',
    { terminationGracePeriodSeconds: 5 },
    /'\/terminationGracePeriodSeconds': minimum/,
  ],
  ['a namespace that is no name', { watch: { namespaces: ['Shop'] } }, /'\/watch\/namespaces\/0'/],
  [
    'a namespace twice',
    { watch: { namespaces: ['a', 'a'] } },
    /'\/watch\/namespaces': items at 0 and 1 are equal/,
  ],
  ['a password in a proxy', { proxy: { url: 'http://user:pass@proxy.example' } }, /'\/proxy\/url'/],
  [
    'a render mode that there is not',
    { metrics: { podMonitor: { renderMode: 'never' } } },
    /'\/metrics\/podMonitor\/renderMode'/,
  ],
  [
    'a subscription without a name',
    subscribed({ url: webhook.url, secret }),
    /'\/subscriptions\/0': missing property 'name'/,
  ],
  [
    'a subscription without a secret',
    subscribed({ name: 'a', url: webhook.url }),
    /'\/subscriptions\/0': missing property 'secret'/,
  ],
  [
    'a secret in the values',
    subscribed({ ...webhook, secret: 'whsec_MfKQ' }),
    /'\/subscriptions\/0\/secret': got string, want object/,
  ],
  [
    'a secret without its key',
    subscribed({ ...webhook, secret: { name: 'a' } }),
    /'\/subscriptions\/0\/secret': missing property 'key'/,
  ],
  [
    'the key of offhook.yaml',
    subscribed({ ...webhook, signingSecretFile: '/a' }),
    /additional properties 'signingSecretFile' not allowed/,
  ],
  [
    'a URL with a password',
    subscribed({ ...webhook, url: 'https://a:b@receiver.example' }),
    /'\/subscriptions\/0\/url'/,
  ],
  [
    'a URL and a bus',
    subscribed({ ...webhook, eventBridge: { busName: 'a' } }),
    /'\/subscriptions\/0': 'oneOf' failed/,
  ],
  [
    'a hook that there is not',
    subscribed({ ...webhook, hooks: ['onStart'] }),
    /'\/subscriptions\/0\/hooks\/0': value must be one of/,
  ],
  [
    'a selector of numbers',
    subscribed({ ...webhook, selector: { tier: 1 } }),
    /'\/subscriptions\/0\/selector\/tier': got number/,
  ],
  [
    'an empty list that would match nothing',
    subscribed({ ...webhook, namespaces: [] }),
    /'\/subscriptions\/0\/namespaces': minItems/,
  ],
  [
    'a name twice',
    subscribed(webhook, webhook),
    /subscriptions\[1\]\.name: another subscription is already called "bridge"/,
  ],
  ['replicas on every node', { ...SMALLEST, mode: 'per-node', replicas: 2 }, /replicas: with mode=per-node/],
  ['a receiver without keys', { receiver: { enabled: true } }, /receiver\.signingSecret: name the Secret/],
  [
    'a receiver with both kinds of keys',
    { receiver: { ...RECEIVER, keys: [{ source: 'a', signingSecret: secret }] } },
    /receiver\.keys: .*keep one/,
  ],
  [
    'a page for everyone',
    { receiver: { ...RECEIVER, page: { open: true } } },
    /'\/receiver\/page': .*'open' not allowed/,
  ],
  [
    'a page token without its key',
    { receiver: { ...RECEIVER, page: { tokenSecret: { name: 'a' } } } },
    /'\/receiver\/page\/tokenSecret'.*'key'/,
  ],
  [
    'an Ingress for no host',
    { receiver: { ...RECEIVER, ingress: { enabled: true } } },
    /receiver\.ingress\.host: name/,
  ],
  [
    'a number as a variable',
    { receiver: { ...RECEIVER, vars: { RETRIES: 3 } } },
    /'\/receiver\/vars\/RETRIES': got number, want string/,
  ],
  [
    'checkpoints without a key',
    { receiver: { ...RECEIVER, audit: { checkpoints: { directory: '/a' } } } },
    /'\/receiver\/audit\/checkpoints'.*'signingSecret'/,
  ],
  [
    'a monitor that must be there',
    { ...SMALLEST, metrics: { podMonitor: { enabled: true, renderMode: 'failIfMissing' } } },
    /does not know PodMonitor .*renderMode/,
  ],
];

describe('the chart refuses, naming the key,', () => {
  it.each(REFUSED)('%s', async (_what, values, message) => {
    const { code, stderr } = await tryChart(values);
    expect(stderr).toMatch(message);
    expect(code).not.toBe(0);
  });

  it('without showing a secret that was written where its name belongs', async () => {
    const { stderr } = await tryChart(subscribed({ ...webhook, secret: 'whsec_MfKQ' }));
    expect(stderr).not.toContain('MfKQ');
  });
});

/** What is allowed and probably not meant, and what people are told. */
const WARNED: readonly (readonly [what: string, values: Values, notes: RegExp])[] = [
  ['no subscription', { tenancy: { enabled: false } }, /WARNING: there is no subscription/],
  ['no persistence', { ...SMALLEST, persistence: { enabled: false } }, /WARNING: persistence is off/],
  [
    'a journal that ends with its Pod',
    { ...SMALLEST, mode: 'per-node' },
    /WARNING: with mode=per-node the journal is an emptyDir/,
  ],
  [
    'plain http',
    subscribed({ ...webhook, url: 'http://receiver.example/', allowHttp: true }),
    /WARNING: the subscription bridge allows plain http/,
  ],
  [
    'a receiver that speaks plain http',
    { ...SMALLEST, receiver: RECEIVER },
    /WARNING: inside the cluster it speaks plain http/,
  ],
  [
    'a receiver that forgets',
    { ...SMALLEST, receiver: { ...RECEIVER, persistence: { enabled: false } } },
    /WARNING: receiver.persistence is off/,
  ],
  ['one replica', SMALLEST, /replicas=2 keeps a\s+standby/],
  [
    'several namespaces',
    { ...SMALLEST, watch: { namespaces: ['a', 'b'] } },
    /may list the Pods of\s+all namespaces/,
  ],
];

describe('the notes', () => {
  it.each(WARNED)('warn of %s', async (_what, values, notes) => {
    expect(await renderNotes(values)).toMatch(notes);
  });

  it('warn of nothing else when all is well', async () => {
    const notes = await renderNotes({ ...SMALLEST, replicas: 2 });
    expect(notes).not.toMatch(/WARNING|replicas=2|all namespaces/);
    expect(notes).toContain('helm -n offhook test offhook');
    expect(notes).toContain('get events --field-selector reason=FailedMount');
    expect(notes).toContain('logs offhook-0 --previous');
  });
});
