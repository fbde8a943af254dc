import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLocalCluster, type LocalCluster } from '../../../../infra/local/cluster.ts';
import { kubectl, kubectlWithEditor, succeeded } from '../../tools/kubernetes-tools.ts';
import { definitionsFile, SUBSCRIPTIONS, subscription } from '../custom/hook-subscriptions.ts';
import { request } from '../http.ts';

let cluster: LocalCluster;
let directory: string;

const to = () => ['--server', cluster.url, '--cache-dir', join(directory, 'cache')];
const run = (...args: string[]) => kubectl(...to(), ...args);
const output = (...args: string[]) => succeeded(run(...args));

async function file(name: string, content: unknown): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, JSON.stringify(content));
  return path;
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'offhook-kubectl-'));
  cluster = await createLocalCluster();
  cluster.createNamespace('team-a');
  expect(await output('apply', '-f', definitionsFile)).toContain('hooksubscriptions.offhook.dev created');
});
afterAll(async () => {
  await cluster.close();
  await rm(directory, { recursive: true });
});

it('waits for a definition, and applies it again without a change', async () => {
  expect(
    await output('wait', '--for=condition=Established', 'crd/hooksubscriptions.offhook.dev', '--timeout=20s'),
  ).toContain('condition met');
  expect(await output('apply', '-f', definitionsFile)).toContain('hooksubscriptions.offhook.dev unchanged');
  expect(await output('api-resources', '--api-group=offhook.dev')).toMatch(
    /hooksubscriptions +hooksub +offhook.dev\/v1alpha1 +true +HookSubscription/,
  );
});

it('creates, shows, changes and deletes a subscription', async () => {
  const path = await file('one.json', subscription('billing', { hooks: ['preStop'] }));
  expect(await output('apply', '-n', 'team-a', '-f', path)).toContain(
    'hooksubscription.offhook.dev/billing created',
  );
  const status = {
    status: {
      target: 'https://hooks.example.com',
      pending: 3,
      conditions: [condition('Ready'), condition('Delivering')],
    },
  };
  const type = 'application/apply-patch+yaml';
  const applied = await request(cluster.url, 'PATCH', `${SUBSCRIPTIONS}/billing/status?fieldManager=w`, {
    type,
    body: { ...subscription('billing'), ...status },
  });
  expect(applied.status).toBe(200);
  expect(await output('get', 'hooksub', '-A')).toMatch(
    /^NAMESPACE +NAME +READY +DELIVERING +REASON +TARGET +PENDING +DEAD +LAST +AGE\nteam-a +billing +True +True +Accepted +https:\/\/hooks.example.com +3 +\d+s\n$/,
  );
  expect(await output('get', 'offhook', '-n', 'team-a', '-o', 'wide')).toMatch(
    /HOOKS +ACCEPTED +AGE\nhooksubscription.offhook.dev\/billing .* \["preStop"\] +Accepted/,
  );
  expect(
    await output('wait', '--for=condition=Ready', 'hooksub/billing', '-n', 'team-a', '--timeout=20s'),
  ).toContain('condition met');
  expect(
    await output(
      'patch',
      'hooksub',
      'billing',
      '-n',
      'team-a',
      '--type=merge',
      '-p',
      '{"spec":{"suspend":true}}',
    ),
  ).toContain('patched');
  expect(
    await output('get', 'hooksub', '-n', 'team-a', '--field-selector', 'spec.suspend=true', '-o', 'name'),
  ).toBe('hooksubscription.offhook.dev/billing\n');
  expect(await output('describe', 'hooksub', 'billing', '-n', 'team-a')).toContain('Suspend:  true');
  expect(await output('apply', '-n', 'team-a', '-f', path)).toContain('unchanged');
  expect(await output('label', 'hooksub', 'billing', '-n', 'team-a', 'a=b')).toContain('labeled');
  expect(await output('delete', 'hooksub', 'billing', '-n', 'team-a', '--timeout=20s')).toContain('deleted');
  expect((await run('get', 'hooksub', 'billing', '-n', 'team-a')).stderr).toContain(
    'Error from server (NotFound): hooksubscriptions.offhook.dev "billing" not found',
  );
});

it('applies on the server, and is told of conflicts and unknown fields', async () => {
  const path = await file('ssa.json', subscription('audit', { suspend: false }));
  const apply = (...more: string[]) => run('apply', '--server-side', '-n', 'team-a', '-f', path, ...more);
  expect((await apply()).stdout).toContain('audit serverside-applied');
  await output(
    'patch',
    'hooksub',
    'audit',
    '-n',
    'team-a',
    '--type=merge',
    '-p',
    '{"spec":{"suspend":true}}',
  );
  expect((await apply()).stderr).toContain(
    'conflict with "kubectl-patch" using offhook.dev/v1alpha1: .spec.suspend',
  );
  expect((await apply('--force-conflicts')).code).toBe(0);
  const typo = await file('typo.json', subscription('typo', { hoks: [] }));
  const refused = await run('apply', '-n', 'team-a', '-f', typo);
  expect(refused.stderr).toContain('unknown field "spec.hoks"');
});

it('edits a subscription with an editor', async () => {
  await output('apply', '-n', 'team-a', '-f', await file('edited.json', subscription('edited')));
  const editor = join(directory, 'editor.sh');
  await writeFile(editor, '#!/bin/sh\nsed -i "s/suspend: false/suspend: true/" "$1"\n', { mode: 0o755 });
  const edited = await kubectlWithEditor(editor, ...to(), 'edit', 'hooksub', 'edited', '-n', 'team-a');
  expect(edited).toMatchObject({ code: 0, stdout: expect.stringContaining('edited') });
  expect(await output('get', 'hooksub', 'edited', '-n', 'team-a', '-o', 'jsonpath={.spec.suspend}')).toBe(
    'true',
  );
});

it('explains the fields of a subscription', async () => {
  expect(await output('explain', 'hooksub.spec.target.url')).toContain(
    'Absolute https URL of a host with a public name',
  );
});

it('makes Secrets, Services and Namespaces from files', async () => {
  const inB = (name: string) => ({ name, namespace: 'team-b' });
  const path = join(directory, 'others.yaml');
  const objects = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-b' } },
    { apiVersion: 'v1', kind: 'Secret', metadata: inB('hook'), stringData: { key: 'x' } },
    { apiVersion: 'v1', kind: 'Service', metadata: inB('web'), spec: { ports: [{ port: 80 }] } },
  ];
  await writeFile(path, objects.map((object) => JSON.stringify(object)).join('\n---\n'));
  expect(await output('apply', '-f', path)).toContain('service/web created');
  expect(await output('get', 'secret,service', '-n', 'team-b')).toMatch(
    /secret\/hook +Opaque +1[\s\S]*service\/web +ClusterIP +10\.96\./,
  );
  expect(await output('delete', 'namespace', 'team-b', '--timeout=30s')).toContain('deleted');
  expect((await run('get', 'secret', 'hook', '-n', 'team-b')).code).toBe(1);
});

it('takes the objects away with their definition', async () => {
  await output('apply', '-n', 'team-a', '-f', await file('last.json', subscription('last')));
  expect(await output('delete', '-f', definitionsFile, '--timeout=30s')).toContain('deleted');
  expect((await run('get', 'hooksub', '-A')).code).toBe(1);
  await expect(output('apply', '-f', definitionsFile)).resolves.toContain('created');
  expect((await run('get', 'hooksub', '-A')).stderr).toContain('No resources found');
});

function condition(type: string) {
  const lastTransitionTime = '2026-11-27T00:00:00Z';
  return { type, status: 'True', reason: 'Accepted', message: '', lastTransitionTime };
}
