import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { startOffhook } from '../../support/offhook-process.ts';
import { untilReady, writeWatchConfig } from '../../support/watch-config.ts';

const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin' };
const PLUGIN = `#!${process.execPath}
console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion: '${exec.apiVersion}', status: { token: 'let-me-in' } }));
`;

/** A cluster that wants a token, and the folder of a kubeconfig whose user gets it as `user` says. */
async function clusterFor(user: object): Promise<string> {
  const cluster = await createLocalCluster({ token: 'let-me-in' });
  onTestFinished(() => cluster.close());
  const folder = join(temporaryDirectory(), '.kube');
  mkdirSync(folder);
  writeFileSync(join(folder, 'token'), 'let-me-in\n');
  writeFileSync(join(folder, 'plugin'), PLUGIN);
  chmodSync(join(folder, 'plugin'), 0o755);
  const config = {
    clusters: [{ name: 'c', cluster: { server: cluster.url } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'one', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'one',
  };
  writeFileSync(join(folder, 'config'), JSON.stringify(config));
  return folder;
}

it.each([
  ['a token file', { tokenFile: 'token' }],
  ['an exec plugin', { exec }],
])(
  'offhook watch finds %s by its path from the kubeconfig, however it finds the kubeconfig',
  async (_, user) => {
    const folder = await clusterFor(user);
    const ways = [
      { args: ['--kubeconfig', join(folder, 'config')], env: {} },
      { args: [], env: { KUBECONFIG: `/nowhere/config:${join(folder, 'config')}` } },
      { args: [], env: { HOME: join(folder, '..') } },
    ];
    for (const { args, env: more } of ways) {
      const directory = temporaryDirectory();
      const { file, env } = writeWatchConfig(directory, { receivers: { tap: 'http://127.0.0.1:9/' } });
      const watcher = startOffhook(['watch', '--config', file, ...args], {
        env: { ...env, ...more },
        cwd: directory,
      });
      await untilReady(watcher);
      watcher.kill('SIGTERM');
      expect((await watcher.ended()).code).toBe(0);
    }
  },
);
