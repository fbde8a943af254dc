import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { runOffhook, startOffhook } from '../../support/offhook-process.ts';
import { until } from '../../support/until.ts';

describe('offhook dev', () => {
  it('tells the whole story of hooks-pod once, in a directory of its own', { timeout: 180_000 }, async () => {
    const cwd = temporaryDirectory();
    mkdirSync(join(cwd, 'empty'));
    const { code, stdout, stderr } = await runOffhook(
      ['dev', '--once', '--delete-after', '1', '--port', '0'],
      { cwd: join(cwd, 'empty') },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const hook of ['preStart', 'postStart', 'preStop', 'postStop']) {
      for (const stage of ['seen', 'delivered', 'handled']) {
        expect(stdout).toMatch(new RegExp(`${stage} +${hook} +default/hooks-pod/hooks-pod`));
      }
    }
    expect(stdout).toMatch(/postStop .* exit 0 Completed/);
    const times = [...stdout.matchAll(/^\d\d:\d\d:\d\d\.\d{3}(?= {2})/gm)].map(([time]) => time);
    expect(times.length).toBeGreaterThanOrEqual(12);
    expect(times).toEqual(times.toSorted());
    expect(stdout).not.toContain('Beside it');
  });

  it('ends cleanly on Ctrl-C, also when npm passes it on a second time, exit code 0', {
    timeout: 180_000,
  }, async () => {
    const dev = startOffhook(['dev', '--port', '0']);
    await until('the container runs', () => dev.stdout().includes('The container runs'), 30_000);
    expect(dev.stdout()).toContain('Beside it, in shop and batch: a crash loop, a job and a rollout');
    dev.killGroup('SIGINT');
    dev.kill('SIGINT');
    const { stdout, ...ended } = await dev.ended();
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    // Neighbours are told in sums, not event by event.
    expect(stdout).not.toMatch(/(shop|batch)\//);
  });

  it('follows the cluster of a kubeconfig, and never writes to it', { timeout: 180_000 }, async () => {
    const cluster = await createLocalCluster({
      forbid: ['create', 'update', 'patch', 'delete'].map((verb) => ({ verb, resource: 'pods' })),
    });
    onTestFinished(() => cluster.close());
    const kubeconfig = join(temporaryDirectory(), 'config');
    writeFileSync(kubeconfig, cluster.kubeconfig());
    const dev = startOffhook(['dev', '--port', '0', '--kubeconfig', kubeconfig]);
    await until('it follows', () => cluster.api.openWatches() >= 2, 30_000);
    expect(dev.stdout()).toContain('read only');
    cluster.applyManifest({
      metadata: { name: 'web' },
      spec: { containers: [{ name: 'app', image: 'web:1' }] },
    });
    await until(
      'postStart is handled',
      () => /handled +postStart +default\/web\/app/.test(dev.stdout()),
      20_000,
    );
    dev.kill('SIGINT');
    expect(await dev.ended()).toMatchObject({ code: 0, stderr: '' });
    expect(() => cluster.getPod('default', 'hooks-pod')).toThrow();
  });
});
