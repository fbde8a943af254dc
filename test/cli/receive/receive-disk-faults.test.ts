import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { runOffhook } from '../../support/offhook-process.ts';
import { type ReceiveSetup, writeReceiverConfig } from '../support/receive-process.ts';

const BIN = fileURLToPath(new URL('../../../bin/offhook.js', import.meta.url));
/** A mount of its own in a namespace of its own: needs no root where user namespaces are allowed. */
const UNSHARE = 'unshare --user --map-root-user --mount';
const canMount = spawnSync('sh', ['-c', `${UNSHARE} mount -t tmpfs none /mnt`]).status === 0;
const ONLY_A_PERSON = 2;
const MAY_PASS = 1;

/** A configuration with that data directory; by default one of its own, where `prepare` has been. */
function withDataDir(
  prepare: (dataDir: string) => void,
  dataDir?: string,
): ReceiveSetup & { dataDir: string } {
  const setup = writeReceiverConfig();
  const place = dataDir ?? join(setup.directory, 'data');
  writeFileSync(setup.file, `signingSecretEnv: SIGNING_SECRET\ndataDir: ${place}\nlisten: { port: 0 }\n`);
  prepare(place);
  return { ...setup, dataDir: place };
}

async function failure({ file, env }: ReceiveSetup): Promise<{ code: number | null; line: string }> {
  const { code, stderr } = await runOffhook(['receive', '--config', file], { env });
  expect(stderr.trim().split('\n')).toHaveLength(1);
  return { code, line: stderr.replace('offhook receive: cannot start: ', '').trim() };
}

/** The same where `mounts` has been carried out. */
function failureWhereMounted(mounts: string, { file, env }: ReceiveSetup) {
  const args = [process.execPath, BIN, 'receive', '--config', file].map((arg) => `'${arg}'`).join(' ');
  const shell = `set -- ${args}; ${UNSHARE} sh -c '${mounts} && exec "$@"' sh "$@"`;
  const { status, stderr } = spawnSync('sh', ['-c', shell], {
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
    timeout: 180_000,
  });
  return { code: status, line: stderr.replace('offhook receive: cannot start: ', '').trim() };
}

describe('offhook receive ends with one line about its data directory', () => {
  it.each([
    [
      '/proc/offhook',
      'the data directory /proc/offhook cannot be used: /proc takes no new directories (ENOENT); name another',
    ],
    ['/proc/offhook/deep/data', '/proc takes no new directories'],
    ['/etc/hostname/data', 'a part of that path is a file (ENOTDIR); name another'],
    ['/etc/hostname', 'the data directory /etc/hostname cannot be used: it is a file; name a directory'],
  ])('%s, exit code 2', async (dataDir, message) => {
    const { code, line } = await failure(withDataDir(() => {}, dataDir));
    expect(line).toContain(message);
    expect(line).toContain('dataDir in the configuration');
    expect(code).toBe(ONLY_A_PERSON);
  });

  it.each(['receiver.db', 'receiver.db-wal', 'receiver.lock'])(
    'about a directory in the place of %s',
    async (name) => {
      const setup = withDataDir((dataDir) => mkdirSync(join(dataDir, name), { recursive: true }));
      const line = `${join(setup.dataDir, name)} is a directory, not a file: move it away`;
      expect(await failure(setup)).toEqual({ code: ONLY_A_PERSON, line });
    },
  );

  it.each(['receiver.db', 'receiver.lock'])('about a %s that is no database', async (name) => {
    const setup = withDataDir((dataDir) => {
      mkdirSync(dataDir);
      writeFileSync(join(dataDir, name), 'a letter to somebody, which is long enough to be read\n');
    });
    const { code, line } = await failure(setup);
    expect(line).toContain(`${join(setup.dataDir, name)} is no SQLite database, or its beginning is damaged`);
    expect(line).toContain('restore the directory from a backup; or move it away');
    expect(code).toBe(ONLY_A_PERSON);
  });

  it.each([
    ['with an id', 'PRAGMA application_id = 42'],
    ['with a queue of its own', 'CREATE TABLE queue (name TEXT)'],
  ])('about the database of another program, %s, and leaves it as it is', async (_, sql) => {
    const setup = withDataDir((dataDir) => {
      mkdirSync(dataDir);
      const other = new DatabaseSync(join(dataDir, 'receiver.db'));
      other.exec(sql);
      other.close();
    });
    const { code, line } = await failure(setup);
    expect(line).toContain(`${setup.dataDir}/receiver.db is the database of another program; nothing in it`);
    expect(code).toBe(ONLY_A_PERSON);
    const other = new DatabaseSync(join(setup.dataDir, 'receiver.db'));
    expect(other.prepare('PRAGMA journal_mode').get()?.journal_mode).toBe('delete');
    other.close();
  });

  it('about a database that another program holds, exit code 1', async () => {
    const setup = withDataDir((dataDir) => {
      mkdirSync(dataDir);
      const other = new DatabaseSync(join(dataDir, 'receiver.db'));
      other.exec('CREATE TABLE queue (body, received_at_ms, due_at_ms); BEGIN EXCLUSIVE');
      onTestFinished(() => other.close());
    });
    const { code, line } = await failure(setup);
    expect(line).toContain('(database is locked): another program holds it; end that one');
    expect(code).toBe(MAY_PASS);
  });

  it.runIf(process.getuid?.() !== 0)('about a directory that belongs to somebody else', async () => {
    const parent = temporaryDirectory();
    chmodSync(parent, 0o500);
    const { code, line } = await failure(withDataDir(() => {}, join(parent, 'data')));
    expect(line).toContain(`this user may not make it in ${parent} (EACCES)`);
    expect(code).toBe(ONLY_A_PERSON);
  });

  it.runIf(canMount)('about a file system that is read-only', () => {
    const setup = withDataDir((dataDir) => mkdirSync(dataDir));
    const { dataDir } = setup;
    const mounts = `mount --bind ${dataDir} ${dataDir} && mount -o remount,bind,ro ${dataDir}`;
    const { code, line } = failureWhereMounted(mounts, setup);
    expect(line).toContain(
      `the data directory ${dataDir} cannot be used: its file system is read-only; name one`,
    );
    expect(code).toBe(ONLY_A_PERSON);
  });

  it.runIf(canMount)('about a disk that is full, exit code 1', () => {
    const setup = withDataDir((dataDir) => mkdirSync(dataDir));
    const { dataDir } = setup;
    const fill = `dd if=/dev/zero of=${dataDir}/filler bs=4096 2>/dev/null`;
    const { code, line } = failureWhereMounted(
      `mount -t tmpfs -o size=64k none ${dataDir} && { ${fill} || true; }`,
      setup,
    );
    expect(line).toMatch(/the disk is full; free some space/);
    expect(code).toBe(MAY_PASS);
  });
});

describe('offhook receive ends with one line about the directory of its checkpoints', () => {
  it.each([
    ['/proc/checkpoints', '/proc takes no new directories'],
    ['/etc/hostname', 'it is a file; name a directory'],
  ])('%s, exit code 2', async (directory, message) => {
    const setup = writeReceiverConfig(
      `audit: { checkpoints: { dir: ${directory}, signingSecretEnv: SIGNING_SECRET } }\n`,
    );
    const { code, line } = await failure(setup);
    expect(line).toContain(`the directory ${directory} for checkpoints cannot be used: ${message}`);
    expect(code).toBe(ONLY_A_PERSON);
  });
});
