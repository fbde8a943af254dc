import { describe, expect, test } from 'vitest';
import { condition, FAILING, subscribingCluster } from './subscribing-cluster.ts';

describe('offhook subscription list', () => {
  test('shows what kubectl shows, and says whom no watcher has looked at', async () => {
    const { run, subscribe, report } = await subscribingCluster();
    await subscribe('default', 'billing');
    await subscribe('default', 'new');
    await subscribe('shop', 'other');
    await report('default', 'billing', FAILING);
    const { code, stdout, stderr } = await run('list');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^NAME +READY +DELIVERING +REASON +TARGET +PENDING +DEAD +LAST +AGE\nbilling +True +False +ReceiverFailing +https:\/\/hooks\.example\.com +12 +1 +\d+[dy]\S* +\d+s\nnew +- +- +- +- +- +- +- +\d+s\n$/,
    );
    expect(stderr).toContain('No watcher has written a status for 1 object of these');
  });

  test('of all namespaces, of one, and of the cluster', async () => {
    const { run, subscribe } = await subscribingCluster();
    await subscribe('shop', 'billing');
    await subscribe('bank', 'billing');
    await subscribe(null, 'audit', { namespaceSelector: {} });
    const all = (await run('list', '-A')).stdout
      .split('\n')
      .map((line) => line.split(/ +/).slice(0, 2).join('/'));
    expect(all).toEqual(['NAMESPACE/NAME', 'bank/billing', 'shop/billing', '']);
    expect((await run('list', '-n', 'bank')).stdout).toMatch(/^NAME.*\nbilling .*\n$/);
    expect((await run('list', '--cluster')).stdout).toMatch(/^NAME.*\naudit .*\n$/);
    expect(await run('list', '-n', 'empty')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'There is no HookSubscription in the namespace empty.\n',
    });
  });

  test('as one JSON object a line', async () => {
    const { run, subscribe, report } = await subscribingCluster();
    await subscribe('default', 'billing', { suspend: true });
    await report('default', 'billing', FAILING);
    const { stdout } = await run('list', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'HookSubscription',
      namespace: 'default',
      name: 'billing',
      suspended: true,
      ready: { status: 'True', reason: 'Accepted' },
      delivering: { status: 'False', reason: 'ReceiverFailing' },
      pending: 12,
      lastFailure: { class: 'ServerError' },
    });
  });
});

describe('offhook subscription describe', () => {
  test('tells spec and status in words, what to do, and no path of a URL', async () => {
    const { run, subscribe, report } = await subscribingCluster();
    await subscribe('default', 'billing', {
      hooks: ['postStop'],
      exitCodes: { operator: 'NotIn', values: [0, 143] },
      podSelector: {
        matchLabels: { app: 'billing' },
        matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['batch'] }],
      },
      headers: [{ name: 'x-team', value: 'hidden-value' }],
    });
    await report('default', 'billing', FAILING);
    const { code, stdout } = await run('describe', 'billing');
    expect(code).toBe(0);
    for (const line of [
      /^HookSubscription +default\/billing$/m,
      /^Target +https:\/\/hooks\.example\.com$/m,
      /^Of Pods +in the namespace default, with app=billing,tier notin \(batch\)$/m,
      /^Exit codes +none of 0, 143$/m,
      /^Signed +Ed25519/m,
      /^Headers +x-team$/m,
      /^Delivering +False +ReceiverFailing, since 2026-01-01T00:00:00Z$/m,
      /^ +The receiver takes nothing \(it answers 5xx\)\.$/m,
      /^ +What to do: Mend the receiver/m,
      /^Public key +whpk_one$/m,
      /^Last failure +2026-01-02T00:00:00Z, ServerError, 503$/m,
    ])
      expect(stdout).toMatch(line);
    expect(stdout).not.toMatch(/secret-path|hidden-value|`/);
  });

  test('says that what it tells is of an earlier spec', async () => {
    const { run, subscribe, report, kubectl } = await subscribingCluster();
    await subscribe('default', 'billing');
    await report('default', 'billing', FAILING);
    await kubectl.patch('HookSubscription', 'billing', { spec: { hooks: ['preStop'] } });
    expect((await run('describe', 'billing')).stdout).toContain('This is of an earlier spec');
  });
});

describe('offhook subscription suspend and resume', () => {
  test('set spec.suspend and say what follows', async () => {
    const { run, subscribe, report, kubectl } = await subscribingCluster();
    await subscribe('default', 'billing');
    await report('default', 'billing', FAILING);
    const suspendedNow = async () =>
      ((await kubectl.get('HookSubscription', 'billing')) as { spec: { suspend?: boolean } }).spec.suspend;
    const held = await run('suspend', 'billing');
    expect(held.stdout).toContain('default/billing is suspended.\nEvents go on being kept');
    expect(await suspendedNow()).toBe(true);
    expect((await run('suspend', 'billing')).stdout).toContain('was suspended already');
    const resumed = await run('resume', 'billing');
    expect(resumed).toMatchObject({ code: 0 });
    expect(resumed.stdout).toContain('What waits (12) goes out now.');
    expect(await suspendedNow()).toBe(false);
    expect(JSON.parse((await run('resume', 'billing', '--json')).stdout)).toMatchObject({ changed: false });
  });

  test('resume says when nothing goes out all the same', async () => {
    const { run, subscribe, report } = await subscribingCluster();
    await subscribe(null, 'audit', { namespaceSelector: {}, suspend: true });
    await report(null, 'audit', {
      ...FAILING,
      conditions: [
        condition('Ready', 'False', 'TargetDenied', 'no'),
        condition('Delivering', 'False', 'TargetDenied', 'no'),
      ],
    });
    expect((await run('resume', 'audit', '--cluster')).stdout).toContain('not accepted (TargetDenied)');
  });
});

describe('what cannot be done', () => {
  test('the kinds are not installed', async () => {
    const { run } = await subscribingCluster({ crds: false });
    for (const words of [['list'], ['describe', 'billing'], ['test', 'billing'], ['list', '--cluster']]) {
      const { code, stderr } = await run(...words);
      expect(code).toBe(1);
      expect(stderr).toContain('its CustomResourceDefinition is not installed');
    }
  });

  test('a right is missing: says which, and how to ask for it', async () => {
    const { run, subscribe, local } = await subscribingCluster();
    await subscribe('default', 'billing');
    local.api.setAccess({ forbid: [{ verb: 'patch', resource: 'hooksubscriptions' }] });
    const { code, stderr } = await run('suspend', 'billing');
    expect(code).toBe(1);
    expect(stderr).toContain('kubectl auth can-i patch hooksubscriptions.offhook.dev --namespace default');
    local.api.setAccess({ forbid: [{ verb: 'list', resource: 'hooksubscriptions' }] });
    expect((await run('list', '-A')).stderr).toContain(
      'kubectl auth can-i list hooksubscriptions.offhook.dev --all-namespaces',
    );
    // Near names are a courtesy: without the right to list it is still "not found".
    expect((await run('describe', 'biling')).stderr).toContain('there is no HookSubscription biling');
  });

  test('there is none of this name: says what was meant, and where else it is', async () => {
    const { run, subscribe } = await subscribingCluster();
    await subscribe('default', 'billing');
    await subscribe(null, 'audit', { namespaceSelector: {} });
    expect((await run('describe', 'biling')).stderr).toContain('Did you mean billing?');
    expect((await run('describe', 'audit')).stderr).toContain(
      'There is a ClusterHookSubscription of this name',
    );
    expect((await run('describe', 'billing', '--cluster')).stderr).toContain('default/billing');
  });

  test('in all namespaces a name must be one', async () => {
    const { run, subscribe } = await subscribingCluster();
    for (const namespace of ['shop', 'bank']) await subscribe(namespace, 'billing');
    await subscribe('bank', 'only');
    const { code, stderr } = await run('suspend', 'billing', '-A');
    expect(code).toBe(1);
    expect(stderr).toContain('there are 2 HookSubscriptions called billing: bank/billing, shop/billing');
    expect((await run('describe', 'only', '-A')).stdout).toContain('bank/only');
  });

  test.each([
    [['list', '-A', '-n', 'shop']],
    [['list', '--cluster', '-n', 'shop']],
    [['describe']],
    [['describe', 'shop/billing']],
    [['test', 'billing', '--timeout', 'soon']],
  ])('%j is a mistake on the command line', async (words) => {
    const { run } = await subscribingCluster({ crds: false });
    expect((await run(...words)).code).toBe(2);
  });
});
