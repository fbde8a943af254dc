import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kubectlWithPlugins } from '../../infra/tools/kubernetes-tools.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { FAILING, subscribingCluster } from './subscribing-cluster.ts';

/** kubectl with the plugin as npm links it, and a kubeconfig of a cluster with a subscription. */
async function pluggedIn() {
  const world = await subscribingCluster();
  await world.subscribe('default', 'billing');
  await world.report('default', 'billing', FAILING);
  await world.subscribe('shop', 'orders');
  const folder = temporaryDirectory();
  symlinkSync(join(import.meta.dirname, '../../../bin/kubectl-offhook.js'), join(folder, 'kubectl-offhook'));
  const file = join(folder, 'kubeconfig');
  writeFileSync(file, world.local.kubeconfig());
  const kubectl = (env: Record<string, string>, ...args: string[]) =>
    kubectlWithPlugins(folder, env, ...args);
  return { kubectl, file };
}

test('kubectl offhook is the same command line, with flags of kubectl before or behind the command', async () => {
  const { kubectl, file } = await pluggedIn();
  const KUBECONFIG = file;
  const listed = await kubectl({ KUBECONFIG }, 'offhook', 'subscription', 'list');
  expect(listed).toMatchObject({ code: 0, stderr: '' });
  expect(listed.stdout).toMatch(/^NAME +READY.*\nbilling +True +False +ReceiverFailing .*\n$/);
  for (const args of [
    ['--kubeconfig', file, '-n', 'shop', 'subscription', 'list'],
    ['subscription', 'list', '-n', 'shop', `--kubeconfig=${file}`],
    [`--kubeconfig=${file}`, 'subscription', 'list', '--context', 'offhook-local', '-n', 'shop'],
  ]) {
    const { code, stdout } = await kubectl({}, 'offhook', ...args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^NAME .*\norders .*\n$/);
  }
  const held = await kubectl({ KUBECONFIG }, 'offhook', 'subscription', 'suspend', 'billing');
  expect(held).toMatchObject({ code: 0, stdout: expect.stringContaining('default/billing is suspended.') });
});

test('kubectl lists the plugin; help, examples and mistakes call it by its name', async () => {
  const { kubectl } = await pluggedIn();
  expect((await kubectl({}, 'plugin', 'list')).stdout).toContain('kubectl-offhook');
  const group = await kubectl({}, 'offhook', 'subscription');
  expect(group.stdout).toContain('Usage: kubectl offhook subscription COMMAND [OPTIONS]');
  const list = await kubectl({}, 'offhook', 'subscription', 'list', '--help');
  expect(list.stdout).toContain('Usage: kubectl offhook subscription list [OPTIONS]');
  expect(list.stdout).toContain('  kubectl offhook subscription list --cluster');
  const wrong = await kubectl({}, 'offhook', 'subscription', 'list', '--alll');
  expect(wrong).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('kubectl offhook subscription list:'),
  });
});
