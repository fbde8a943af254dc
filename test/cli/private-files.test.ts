import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCluster } from '../../infra/local/cluster.ts';
import { postStart } from '../functions/support/sample-events.ts';
import { deliver } from '../functions/support/signed-post.ts';
import { temporaryDirectory } from '../support/journal-directory.ts';
import { runOffhook, startOffhook } from '../support/offhook-process.ts';
import { startReceiver } from '../support/receiver.ts';
import { until } from '../support/until.ts';
import { untilReady, writeWatchConfig } from '../support/watch-config.ts';
import { receive, urlOf, writeReceiverConfig } from './support/receive-process.ts';

const POD = {
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'app', image: 'web:1' }] },
};

/** Permissions of all files in a directory, by name. */
function modesIn(directory: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(directory).map((name) => [name, modeOf(join(directory, name))] as const),
  );
}

function modeOf(file: string): string {
  return (statSync(file).mode & 0o777).toString(8);
}

/** A directory that everybody may read, as a volume or an older version leaves it. */
function openDirectory(...files: readonly string[]): string {
  const directory = join(temporaryDirectory(), 'open');
  mkdirSync(directory);
  chmodSync(directory, 0o755);
  for (const name of files) {
    writeFileSync(join(directory, name), '');
    chmodSync(join(directory, name), 0o644);
  }
  return directory;
}

/** These files are there, and they and all beside them are for their owner only. */
function privately(names: readonly string[], modes: Record<string, string>): void {
  expect(Object.keys(modes)).toEqual(expect.arrayContaining([...names]));
  expect(new Set(Object.values(modes))).toEqual(new Set(['600']));
}

describe('the journal of the watcher', () => {
  it.each([
    ['in a directory that exists', []],
    ['also files that others can read already', ['journal.db', 'journal.lock', 'journal.owner.json.new']],
  ])('is for its owner only %s', async (_, files) => {
    const cluster = await createLocalCluster();
    onTestFinished(() => cluster.close());
    const receiver = await startReceiver();
    const journal = openDirectory(...files);
    const { file, env } = writeWatchConfig(temporaryDirectory(), {
      receivers: { tap: receiver.url },
      journal,
    });
    const watcher = startOffhook(['watch', '--config', file, '--server', cluster.url], { env });
    await untilReady(watcher);
    cluster.applyManifest(POD);
    await until('an event', () => receiver.requests.length > 0);
    const names = ['journal.db', 'journal.db-shm', 'journal.db-wal', 'journal.lock', 'journal.owner.json'];
    privately(names, modesIn(journal));
    const list = await runOffhook(['journal', 'list', '--journal', journal]);
    expect(list.code).toBe(0);
    privately(names, modesIn(journal));
  });
});

describe('the data of the receiver', () => {
  it.each([
    ['in a directory that exists', []],
    ['also files that others can read already', ['receiver.db', 'receiver.lock', 'receiver.pid.new']],
  ])('is for its owner only %s', async (_, files) => {
    const directory = openDirectory(...files);
    const setup = writeReceiverConfig();
    const yaml = readFileSync(setup.file, 'utf8').replace(/^dataDir: .*$/m, `dataDir: ${directory}`);
    writeFileSync(setup.file, yaml);
    const receiver = receive(setup);
    expect((await deliver(await urlOf(receiver), postStart({ key: 'one' }))).status).toBe(202);
    const names = ['receiver.db', 'receiver.db-shm', 'receiver.db-wal', 'receiver.lock', 'receiver.pid'];
    privately(names, modesIn(directory));
  });
});

describe('offhook keygen --out', () => {
  it.each(['v1', 'v1a'])('writes a secret (%s) for its owner only, and shows nothing of it', async (type) => {
    const directory = openDirectory();
    const args = ['keygen', '--type', type, '--out', 'bridge.secret'];
    const { code, stdout, stderr } = await runOffhook(args, { cwd: directory });
    expect([code, stdout]).toEqual([0, '']);
    const secret = readFileSync(join(directory, 'bridge.secret'), 'utf8');
    expect(secret).toMatch(type === 'v1' ? /^whsec_[\w+/]+=*\n$/ : /^whsk_[\w+/]+=*\n$/);
    expect(modeOf(join(directory, 'bridge.secret'))).toBe('600');
    expect(stderr).toContain('the secret is in bridge.secret');
    expect(stderr.includes('whpk_')).toBe(type === 'v1a');
    expect(stderr).not.toMatch(/whsec_|whsk_/);
  });

  it('leaves a file alone that is there, and says so', async () => {
    const directory = openDirectory('bridge.secret');
    const { code, stdout, stderr } = await runOffhook(['keygen', '--out', 'bridge.secret'], {
      cwd: directory,
    });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^offhook keygen: bridge\.secret: exists already and was not changed/);
    expect(readFileSync(join(directory, 'bridge.secret'), 'utf8')).toBe('');
  });

  it.each([
    ['a directory that is not there', ['--out', 'gone/bridge.secret'], 1, /its directory does not exist/],
    ['a device', ['--out', '/dev/full'], 1, /exists already/],
    [
      '--json, which prints it',
      ['--json', '--out', 'bridge.secret'],
      2,
      /--json does not go with --out: it prints the secret/,
    ],
  ])('refuses %s', async (_, args, code, message) => {
    const directory = openDirectory();
    const ended = await runOffhook(['keygen', ...args], { cwd: directory });
    expect([ended.code, ended.stdout]).toEqual([code, '']);
    expect(ended.stderr).toMatch(message);
    expect(readdirSync(directory)).toEqual([]);
  });
});
