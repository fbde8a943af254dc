import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, inject, it } from 'vitest';
import { systemClock } from '../../../settings/ambient/clock.ts';
import { openJournal } from '../../../watcher/journal/open-journal.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { SECRET } from '../../support/watch-config.ts';
import { type DoctorReport, readReport, runDoctor } from './support/run-doctor.ts';

/** A mount of its own in a namespace of its own: needs no root where user namespaces are allowed. */
const UNSHARE = 'unshare --user --map-root-user --mount';
const canMount = spawnSync('sh', ['-c', `${UNSHARE} mount -t tmpfs none /mnt`]).status === 0;

/** Runs the doctor where `mounts` has been carried out; the API server is not there. */
function whereMounted(mounts: string, journal: string, allowVolatile = true): DoctorReport {
  const file = join(temporaryDirectory(), 'offhook.yaml');
  writeFileSync(
    file,
    `subscriptions: [{ name: b, url: 'http://127.0.0.1:9/', signingSecretEnv: S, allowHttp: true }]
dataDir: '${journal}'
journal: { allowVolatile: ${allowVolatile} }
`,
  );
  const command = `${mounts} && exec "$@"`;
  const args = [
    process.execPath,
    inject('builtOffhook'),
    'doctor',
    '--json',
    '--config',
    file,
    '--server',
    'http://127.0.0.1:9',
  ];
  const shell = `set -- ${args.map((arg) => `'${arg}'`).join(' ')}; ${UNSHARE} sh -c '${command}' sh "$@"`;
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', shell], {
    env: { PATH, NODE_COMPILE_CACHE, S: SECRET },
    encoding: 'utf8',
  });
  return readReport({ code: status, stdout, stderr });
}

it('says that the parent of the directory is not there, and creates nothing', async () => {
  const journal = join(temporaryDirectory(), 'missing', 'journal');
  const report = await runDoctor({ journal });
  expect(report.check('journal.directory')).toMatchObject({
    status: 'failed',
    message: expect.stringContaining('is the volume mounted?'),
  });
  expect(report.ids('skipped')).toEqual(expect.arrayContaining(['journal.room', 'journal.lock']));
  expect(existsSync(journal)).toBe(false);
});

it('says that the directory would be created, and does not', async () => {
  const journal = join(temporaryDirectory(), 'journal');
  const report = await runDoctor({ journal });
  expect(report.check('journal.directory').message).toContain('will be created');
  expect(existsSync(journal)).toBe(false);
});

it.runIf(existsSync('/dev/shm'))(
  'warns of a directory in memory that the configuration accepts',
  async () => {
    const journal = '/dev/shm/offhook-doctor-test';
    const accepted = await runDoctor({ journal });
    expect(accepted.check('journal.directory')).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('on tmpfs'),
    });
  },
);

it.runIf(canMount)('refuses a directory in memory that the configuration does not accept', () => {
  const journal = temporaryDirectory();
  const report = whereMounted(`mount -t tmpfs -o size=64m none ${journal}`, journal, false);
  expect(report.check('journal.directory')).toMatchObject({
    status: 'failed',
    message: expect.stringContaining('is on tmpfs, which a restart empties'),
  });
});

it.runIf(canMount)('names a directory that cannot be written', () => {
  const journal = temporaryDirectory();
  const mounts = `mount --bind ${journal} ${journal} && mount -o remount,bind,ro ${journal}`;
  const report = whereMounted(mounts, journal);
  expect(report.check('journal.directory')).toMatchObject({
    status: 'failed',
    message: expect.stringMatching(/not writable \(EROFS\)/),
  });
});

it.runIf(canMount)('says that the disk is full', () => {
  const journal = temporaryDirectory();
  const report = whereMounted(`mount -t tmpfs -o size=1m none ${journal}`, journal);
  expect(report.check('journal.room')).toMatchObject({
    status: 'failed',
    message: expect.stringMatching(/the disk is full: .* free/),
  });
});

it.runIf(canMount)('warns where the disk would be full before the quota is reached', () => {
  const journal = temporaryDirectory();
  const report = whereMounted(`mount -t tmpfs -o size=64m none ${journal}`, journal);
  expect(report.check('journal.room').status).toBe('warning');
});

it('says that the quota is reached', async () => {
  const directory = join(temporaryDirectory(), 'journal');
  openJournal({ directory, allowVolatile: true, clock: systemClock }).close();
  const room = await runDoctor({ journal: directory, maxBytes: '1MiB' });
  expect(room.check('journal.room').status).toBe('ok');
  fill(directory, 1_200_000);
  const full = await runDoctor({ journal: directory, maxBytes: '1MiB' });
  expect(full.check('journal.room')).toMatchObject({
    status: 'failed',
    message: expect.stringMatching(/^1\.\d MiB of the quota of 1\.0 MiB used: nothing more is read$/),
  });
});

/** Makes a journal larger, with a last-known Pod that is. */
function fill(directory: string, bytes: number): void {
  const database = new DatabaseSync(join(directory, 'journal.db'));
  database.prepare("INSERT INTO pod VALUES ('filler', ?)").run('x'.repeat(bytes));
  database.close();
}

it('sees that the journal is of another cluster', async () => {
  const directory = join(temporaryDirectory(), 'journal');
  openJournal({ directory, allowVolatile: true, clock: systemClock, clusterUid: 'another' }).close();
  const report = await runDoctor({ journal: directory, cluster: { clusterUid: 'this-one' } });
  expect(report.check('journal.cluster')).toMatchObject({
    status: 'failed',
    message: 'belongs to the cluster another, and this-one answers',
  });
});

it('says that a journal is damaged', async () => {
  const journal = temporaryDirectory();
  mkdirSync(journal, { recursive: true });
  writeFileSync(
    join(journal, 'journal.db'),
    'no database at all, but long enough to be read as one'.repeat(100),
  );
  const report = await runDoctor({ journal });
  expect(report.check('journal.contents')).toMatchObject({
    status: 'failed',
    message: expect.stringContaining('is damaged'),
  });
});
