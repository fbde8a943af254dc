import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { runOffhook, startOffhook } from '../../support/offhook-process.ts';
import { startReceiver } from '../../support/receiver.ts';
import { until } from '../../support/until.ts';
import { healthOf, SECRET, untilReady, warnings, writeWatchConfig } from '../../support/watch-config.ts';

const POD = {
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'app', image: 'web:1' }] },
};

describe('offhook watch ends with one clear message', () => {
  it('about a kubeconfig that is not there', async () => {
    const { code, stderr } = await watch(['--kubeconfig', 'nowhere.yaml']);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^offhook watch: .*nowhere\.yaml.*no such file\n$/m),
    });
  });

  it('about a context that the kubeconfig does not have, with those it has', async () => {
    const cluster = await createLocalCluster();
    onTestFinished(() => cluster.close());
    const kubeconfig = join(temporaryDirectory(), 'config');
    writeFileSync(kubeconfig, cluster.kubeconfig());
    const { code, stderr } = await watch(['--kubeconfig', kubeconfig, '--context', 'prod']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/no context "prod".*offhook-local/);
  });

  it('about a wrong key in the configuration, with its place and the nearest key, exit code 2', async () => {
    const { code, stderr } = await watch([], { extra: 'journel:\n  directory: x\n' });
    expect(code).toBe(2);
    expect(stderr).toMatch(/offhook\.yaml:\d+:1 journel: unknown key; did you mean "journal"\?/);
  });

  it('about an empty secret, without starting', async () => {
    const { code, stderr } = await watch([], {}, { SIGNING_SECRET: '' });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /subscriptions\[0\]\.signingSecretEnv: environment variable SIGNING_SECRET is set but empty/,
    );
  });

  it('about a secret that is too short, without showing it', async () => {
    const { code, stderr } = await watch([], {}, { SIGNING_SECRET: 'whsec_c2hvcnQ=' });
    expect(code).toBe(2);
    expect(stderr).toMatch(/24-64 bytes/);
    expect(stderr).not.toContain('c2hvcnQ');
  });

  it('about a journal that another process holds, naming that process', async () => {
    const directory = temporaryDirectory();
    const { file, env } = writeWatchConfig(directory, { receivers: { tap: 'http://127.0.0.1:9/' } });
    const args = ['watch', '--config', file, '--server', 'http://127.0.0.1:9'];
    const first = startOffhook(args, { env });
    await healthOf(first);
    const { code, stderr } = await runOffhook(args, { env });
    expect(code).toBe(1);
    expect(stderr).toContain(String(first.pid));
  });

  it('about a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await watch(['--server', 'http://127.0.0.1:9'], { port });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `offhook watch: cannot listen on 127.0.0.1, port ${port}, for health checks: another process uses it; stop that one or take another port (EADDRINUSE)\n`,
    });
  });
});

describe('offhook watch goes on', () => {
  it('when the API server cannot be reached, says so once, and follows it as soon as it is there', async () => {
    const first = await createLocalCluster();
    const port = Number(new URL(first.url).port);
    await first.close();
    const { file, env } = writeWatchConfig(temporaryDirectory(), {
      receivers: { tap: 'http://127.0.0.1:9/' },
    });
    const watcher = startOffhook(['watch', '--config', file, '--server', first.url], { env });
    await watcher.says(/ECONNREFUSED|refused/);
    const health = await healthOf(watcher);
    const unready = await fetch(`${health}/readyz`);
    expect(unready.status).toBe(503);
    expect(await unready.text()).toMatch(/the cluster does not say who it is: .*refused/i);
    expect((await fetch(`${health}/livez`)).status).toBe(200);

    const cluster = await createLocalCluster({ port });
    onTestFinished(() => cluster.close());
    await untilReady(watcher);
    expect(warnings(watcher.stderr()).filter((line) => /refused/i.test(line))).toHaveLength(1);
  });

  // Mounting a file system of its own needs root; elsewhere the journal's own tests still fill a database.
  it.skipIf(process.getuid?.() !== 0)(
    'when the disk is full: not ready, nothing acknowledged, and nothing lost once there is room',
    { timeout: 180_000 },
    async () => {
      const directory = temporaryDirectory();
      const mount = join(directory, 'disk');
      mkdirSync(mount);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', mount]);
      onTestFinished(() => void execFileSync('umount', ['--lazy', mount]));
      const cluster = await createLocalCluster();
      onTestFinished(() => cluster.close());
      const tap = await startReceiver();
      const { file, env } = writeWatchConfig(directory, {
        receivers: { tap: tap.url },
        journal: join(mount, 'journal'),
      });
      const watcher = startOffhook(['watch', '--config', file, '--server', cluster.url], { env });
      await untilReady(watcher);

      fill(join(mount, 'filler'));
      cluster.applyManifest(POD);
      await watcher.says(/could not be stored.*full|full.*could not be stored/i);
      const health = await healthOf(watcher);
      const unready = await fetch(`${health}/readyz`);
      expect(unready.status).toBe(503);
      expect(await unready.text()).toMatch(/journal cannot write/);
      expect(tap.requests).toEqual([]);

      rmSync(join(mount, 'filler'));
      await until('preStart and postStart', () => hooksOf(tap.requests).length >= 2, 40_000);
      expect(hooksOf(tap.requests)).toEqual(['preStart', 'postStart']);
      await untilReady(watcher);
    },
  );
});

describe('SIGTERM', () => {
  it('ends the watcher with exit code 0, and what was not delivered goes out after the next start', async () => {
    const cluster = await createLocalCluster();
    onTestFinished(() => cluster.close());
    const tap = await startReceiver();
    tap.answer(503);
    const { file, env } = writeWatchConfig(temporaryDirectory(), { receivers: { tap: tap.url } });
    const start = () => startOffhook(['watch', '--config', file, '--server', cluster.url], { env });
    const first = start();
    await untilReady(first);
    cluster.applyManifest(POD);
    await tap.received(1);
    first.kill('SIGTERM');
    expect((await first.ended()).code).toBe(0);

    const before = tap.requests.length;
    tap.answer(202);
    start();
    await until('both events', () => new Set(hooksOf(tap.requests.slice(before))).size === 2, 15_000);
  });
});

async function watch(
  args: readonly string[],
  config: { extra?: string; port?: number } = {},
  env: Record<string, string> = { SIGNING_SECRET: SECRET },
) {
  const { file } = writeWatchConfig(temporaryDirectory(), {
    receivers: { tap: 'http://127.0.0.1:9/' },
    ...config,
  });
  const ended = await runOffhook(['watch', '--config', file, ...args], { env });
  // Plain http to a test receiver is warned about; everything else on standard error is the message.
  return { ...ended, stderr: ended.stderr.replace(/^.*plain http;.*\n/gm, '') };
}

function hooksOf(requests: readonly { readonly body: Buffer }[]): readonly string[] {
  return requests.map(({ body }) => JSON.parse(body.toString()).data.hook);
}

/** Takes every byte that is left on the file system. */
function fill(file: string): void {
  for (const size of [64 * 1024, 4096, 512]) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(size), { flag: 'a' });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    }
  }
}
