import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SCENARIO_NAMES } from '../../../infra/local/scenes/scenarios.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { type OffhookProcess, startOffhook } from '../../support/offhook-process.ts';
import { runHere } from '../../support/run-here.ts';
import { until } from '../../support/until.ts';

/** Waits until it says how it is used; gives the address. */
async function addressOf(cluster: OffhookProcess): Promise<string> {
  await until('the address of the cluster', () => /Ctrl-C ends it/.test(cluster.stdout()));
  return /cluster {5}(http:\S+)/.exec(cluster.stdout())?.[1] ?? '';
}

async function uidOf(address: string): Promise<string> {
  const answer = await fetch(`${address}/api/v1/namespaces/kube-system`);
  return ((await answer.json()) as { metadata: { uid: string } }).metadata.uid;
}

describe('offhook cluster', () => {
  it('is a cluster that a watcher can follow, with what happens in its scenarios', async () => {
    const dataDir = join(temporaryDirectory(), 'made', 'here');
    const cluster = startOffhook(['cluster', '--data-dir', dataDir, '--scenario', 'rollout']);
    const address = await addressOf(cluster);
    const kubeconfig = join(dataDir, 'kubeconfig');
    expect(cluster.stdout()).toContain(`offhook watch --kubeconfig ${kubeconfig}`);
    expect(statSync(kubeconfig).mode & 0o077).toBe(0);
    const pods = (await (await fetch(`${address}/api/v1/namespaces/shop/pods`)).json()) as {
      items: unknown[];
    };
    expect(pods.items).toHaveLength(3);
    const doctor = await runHere(['doctor', '--kubeconfig', kubeconfig, '--config', '/nowhere', '--json']);
    expect(doctor.stdout).toMatch(/"id":"cluster\.version"[^}]*"status":"ok"/);
    cluster.kill('SIGTERM');
    expect(await cluster.ended()).toMatchObject({ code: 0, stderr: '' });
  });

  it('keeps its UID in its data directory, and has another one in another', async () => {
    const directory = temporaryDirectory();
    const uids: string[] = [];
    for (const dataDir of ['a', 'a', 'b']) {
      const cluster = startOffhook(['cluster', '--data-dir', join(directory, dataDir)]);
      uids.push(await uidOf(await addressOf(cluster)));
      cluster.kill('SIGINT');
      expect((await cluster.ended()).code).toBe(0);
    }
    expect(uids[0]).toBe(uids[1]);
    expect(uids[2]).not.toBe(uids[0]);
  });

  it('lists its scenarios, and makes nothing', async () => {
    const { code, stdout } = await runHere(['cluster', '--list', '--data-dir', '/nowhere/at/all']);
    expect(code).toBe(0);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(SCENARIO_NAMES);
    expect(existsSync('/nowhere')).toBe(false);
  });

  it.each([
    [['--scenario', 'oom'], 2, /--scenario must be one of hooks, crash-loop/],
    [['--data-dir', '/dev/null/x'], 1, /cannot start: ENOTDIR/],
  ])('ends with a message: %j', async (argv, wanted, message) => {
    const { code, stderr } = await runHere(['cluster', ...argv]);
    expect(code).toBe(wanted);
    expect(stderr).toMatch(message);
  });

  it('does not take another UID for one that it cannot read', async () => {
    const dataDir = temporaryDirectory();
    writeFileSync(join(dataDir, 'cluster-uid'), 'half of one');
    const { code, stderr } = await runHere(['cluster', '--data-dir', dataDir]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/cluster-uid: expected the UID of a cluster; remove the file/);
  });
});
