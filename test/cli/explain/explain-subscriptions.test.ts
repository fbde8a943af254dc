import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runHere } from '../../support/run-here.ts';

const directory = mkdtempSync(join(tmpdir(), 'offhook-explain-'));

/** A Pod that starts, changes its annotations as told, and ends with an exit code. */
function recording({
  namespace = 'shop',
  labels = { app: 'checkout' },
  annotations = {},
  code = 1,
  reason = 'Error',
}: {
  readonly namespace?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly code?: number;
  readonly reason?: string;
} = {}): string {
  const startedAt = '2026-01-01T00:00:05Z';
  const states = [
    { running: { startedAt } },
    {
      terminated: {
        containerID: 'c://1',
        exitCode: code,
        reason,
        startedAt,
        finishedAt: '2026-01-01T00:00:09Z',
      },
    },
  ];
  const event = (state: object) => ({
    type: 'MODIFIED',
    object: {
      kind: 'Pod',
      metadata: { uid: `uid-${namespace}`, name: 'web', namespace, labels, annotations },
      spec: { nodeName: 'node1' },
      status: {
        containerStatuses: [{ name: 'app', restartCount: 0, containerID: 'c://1', lastState: {}, state }],
      },
    },
  });
  return states.map((state) => `${JSON.stringify(event(state))}\n`).join('');
}

let files = 0;
async function explain(subscriptions: string, stdin: string, ...options: string[]) {
  files += 1;
  const file = join(directory, `${files}.yaml`);
  writeFileSync(file, subscriptions);
  const result = await runHere(['explain', '--subscriptions', file, ...options, '-'], { stdin });
  return { ...result, stderr: result.stderr.replaceAll(file, 'FILE') };
}

const hookSubscription = (name: string, spec: string, namespace = 'shop') => `---
apiVersion: offhook.dev/v1alpha1
kind: HookSubscription
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  target: { url: https://hooks.example.com/${name} }
${spec.replace(/^/gm, '  ')}
`;
const clusterSubscription = (name: string, namespaceSelector: string) => `---
apiVersion: offhook.dev/v1alpha1
kind: ClusterHookSubscription
metadata: { name: ${name} }
spec:
  target: { url: https://hooks.example.com/${name} }
  namespaceSelector: ${namespaceSelector}
`;

describe('offhook explain --subscriptions', () => {
  it('says of each event who gets it, and of each subscription how many or what stood in the way', async () => {
    const { code, stdout, stderr } = await explain(
      [
        hookSubscription('billing', 'podSelector: { matchLabels: { app: checkout } }'),
        hookSubscription('failures', 'hooks: [postStop]\nexitCodes: { operator: NotIn, values: [0, 143] }'),
        hookSubscription('killed', 'hooks: [postStop]\nreasons: [OOMKilled]'),
        hookSubscription('elsewhere', 'hooks: [postStop]', 'bank'),
        hookSubscription(
          'db',
          'podSelector: { matchExpressions: [{ key: tier, operator: In, values: [db] }] }',
        ),
        hookSubscription('stops', 'hooks: [preStop]'),
        hookSubscription('sidecars', 'containers: [proxy]'),
        hookSubscription('named', 'selection: Annotation'),
        clusterSubscription('trail', '{}'),
      ].join(''),
      recording(),
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^2026-01-01T00:00:05Z {2}postStart /),
      '    to shop/billing, */trail',
      expect.stringMatching(/^2026-01-01T00:00:09Z {2}postStop /),
      '    to shop/billing, shop/failures, */trail',
      '',
      'Subscriptions:',
      '  shop/billing    2 events',
      '  shop/failures   1 event',
      '  shop/killed     none: of what passes so far (1 event), none has one of its reasons: OOMKilled',
      '  bank/elsewhere  none: no event is of a Pod in bank',
      '  shop/db         none: of what passes so far (2 events), none is of a Pod with its labels',
      '  shop/stops      none: of what passes so far (2 events), none is of its hooks: preStop',
      '  shop/sidecars   none: of what passes so far (2 events), none is of a container called proxy',
      '  shop/named      none: of what passes so far (2 events), none is of a Pod that names named in offhook.dev/subscribe',
      '  */trail         2 events',
      '',
    ]);
  });

  it('follows the annotations of Pods, and shows them to nobody', async () => {
    const annotations = { 'offhook.dev/subscribe': 'named', 'offhook.dev/ignore': 'true', note: 'canary' };
    const all = hookSubscription('named', 'selection: Annotation') + clusterSubscription('trail', '{}');
    const named = await explain(
      all,
      recording({ annotations: { ...annotations, 'offhook.dev/ignore': 'no' } }),
    );
    expect(named.stdout).toContain('    to shop/named, */trail\n');
    const ignored = await explain(all, recording({ annotations }));
    expect(ignored.stdout).toContain('    to */trail\n');
    expect(ignored.stdout).toContain(
      'shop/named  none: of what passes so far (2 events), none is of a Pod without offhook.dev/ignore',
    );
    expect(ignored.stdout + named.stdout).not.toContain('canary');
  });

  it('takes the labels of namespaces from Namespaces of the input, from the file, or from the command line', async () => {
    const trail = clusterSubscription('trail', '{ matchLabels: { team: billing } }');
    const namespace = { kind: 'Namespace', metadata: { name: 'shop', labels: { team: 'billing' } } };
    const manifest = `---\napiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { team: billing } }\n`;
    const certain = [
      await explain(trail, JSON.stringify({ type: 'ADDED', object: namespace }) + recording()),
      await explain(trail, `${JSON.stringify(namespace)}\n${recording()}`),
      await explain(trail + manifest, recording()),
      await explain(trail, recording(), '--namespace-labels', 'shop:env=prod,team=billing'),
    ];
    for (const { code, stdout, stderr } of certain) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('  */trail  2 events\n');
    }
    const other = await explain(trail, recording(), '--namespace-labels', 'shop:team=audit');
    expect(other.stdout).toContain(
      '*/trail  none: no event is of a Pod in a namespace that its namespaceSelector selects',
    );
  });

  it('says what is not known of namespaces, and knows their names', async () => {
    const byName = (name: string) => `{ matchLabels: { kubernetes.io/metadata.name: ${name} } }`;
    const { stdout } = await explain(
      [
        clusterSubscription(
          'team',
          '{ matchExpressions: [{ key: team, operator: NotIn, values: [audit] }] }',
        ),
        clusterSubscription('name', byName('shop')),
        clusterSubscription('other', byName('bank')),
      ].join(''),
      recording(),
    );
    expect(stdout).toContain('    to */name; perhaps */team (labels of its namespace are not known)\n');
    expect(stdout).toContain('  */team   perhaps 2: labels of its namespace are not known\n');
    expect(stdout).toContain('  */other  none: no event is of a Pod in a namespace');
  });

  it('prints the same as JSON', async () => {
    const all =
      hookSubscription('stops', 'suspend: true\nhooks: [preStop]') + clusterSubscription('trail', '{}');
    const { stdout } = await explain(all, recording(), '--json');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(lines).toEqual([
      expect.objectContaining({ hook: 'postStart', subscriptions: ['*/trail'], perhaps: [] }),
      expect.objectContaining({ hook: 'postStop', subscriptions: ['*/trail'], perhaps: [] }),
      {
        ...{ summaryOf: 'shop/stops', events: 0, perhaps: 0, suspended: true, stoppedAt: 'hook' },
        why: 'of what passes so far (2 events), none is of its hooks: preStop',
      },
      { summaryOf: '*/trail', events: 2, perhaps: 0, suspended: false, stoppedAt: null, why: null },
    ]);
  });

  it('reads a list of kubectl, in JSON, too, and an offhook.yaml without its secrets', async () => {
    const item = {
      apiVersion: 'offhook.dev/v1alpha1',
      kind: 'HookSubscription',
      metadata: { name: 'billing', namespace: 'shop', uid: 'u', managedFields: [{ manager: 'kubectl' }] },
      spec: { target: { url: 'https://hooks.example.com/' } },
      status: { pending: 1 },
    };
    const list = await explain(
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [item] }),
      recording(),
    );
    expect(list).toMatchObject({ code: 0, stderr: '' });
    expect(list.stdout).toContain('  shop/billing  2 events\n');
    const config = [
      'subscriptions:',
      '  - { name: file, url: "https://x.example/", signingSecretFile: /nowhere, namespaces: [shop, bank] }',
      '  - { name: bank, url: "https://x.example/", signingSecretFile: /nowhere, namespaces: [bank] }',
      'watch: { namespaces: [shop] }',
    ].join('\n');
    const file = await explain(config, recording());
    expect(file).toMatchObject({ code: 0, stderr: '' });
    expect(file.stdout).toContain('  file  2 events\n');
    expect(file.stdout).toContain('  bank  none: no event is of a Pod in bank, not in watch.namespaces\n');
  });
});

describe('subscriptions that cannot be read', () => {
  it.each([
    [
      'a fault in the second document',
      hookSubscription('a', '') + hookSubscription('b', 'reasons: [OOMKilled]'),
      /^FILE:1[0-9]:\d+ shop\/b spec: exitCodes and reasons need hooks: \[postStop\]\n$/,
    ],
    [
      'a fault deep in an object',
      hookSubscription('a', 'hooks: [preStart, started]'),
      /^FILE:7:\d+ shop\/a spec\.hooks\[1\]: expected one of .*\n$/,
    ],
    [
      'no namespace',
      hookSubscription('a', '').replace(', namespace: shop', ''),
      /^FILE:4:\d+ \?\/a metadata\.namespace: is required here: .*\n$/,
    ],
    [
      'two of one name',
      hookSubscription('a', '') + hookSubscription('a', ''),
      /^FILE: holds two subscriptions that are called shop\/a\n$/,
    ],
    [
      'none',
      'apiVersion: v1\nkind: Namespace\nmetadata: { name: a }\n',
      /^FILE: holds neither an offhook\.yaml nor a HookSubscription/,
    ],
    ['nothing', '', /^FILE: holds neither/],
    ['no YAML', 'a: [\n', /^FILE:\d+:\d+: not valid YAML/],
    [
      'a faulty offhook.yaml',
      'subscriptions:\n  - { name: a, reasons: [OOMKilled] }\n',
      /^FILE:2:\d+ subscriptions\[0\]\.reasons: only postStop tells how a run ended/,
    ],
  ])('%s', async (_, subscriptions, message) => {
    const { code, stdout, stderr } = await explain(subscriptions, recording());
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('a file that is not there, or without end', async () => {
    const missing = await runHere(['explain', '--subscriptions', join(directory, 'none'), '-'], {
      stdin: '',
    });
    expect(missing.code).toBe(1);
    expect(missing.stderr).toMatch(/none: (is missing|does not exist|no such file|not found).*/i);
    const endless = await runHere(['explain', '--subscriptions', '/dev/zero', '-'], { stdin: '' });
    expect(endless.code).toBe(1);
    expect(endless.stderr).toContain('/dev/zero: is larger than 16 MiB');
  });

  it('labels of a namespace that are none', async () => {
    const { code, stderr } = await explain(
      clusterSubscription('a', '{}'),
      '',
      '--namespace-labels',
      'shop=a',
    );
    expect(code).toBe(2);
    expect(stderr).toContain('shop:team=billing,env=prod');
  });
});
