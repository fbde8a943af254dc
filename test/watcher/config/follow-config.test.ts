import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fileMarks } from '../../../settings/files/file-mark.ts';
import { readBounded } from '../../../settings/files/read-bounded.ts';
import { createConfigSource } from '../../../watcher/config/config-source.ts';
import { followConfig } from '../../../watcher/config/follow-config.ts';
import { loadConfig } from '../../../watcher/config/load-config.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { until } from '../../support/until.ts';
import { SECRET } from '../../support/watch-config.ts';

const subscriptionOf = (name: string, secret: string) =>
  `  - { name: ${name}, url: "https://${name}.example.com/", signingSecretFile: "${secret}" }\n`;

/** What is read of a configuration, and when its follower says that it changed. */
function follow(file: string) {
  const reads: string[] = [];
  const looks: string[] = [];
  const source = createConfigSource({
    load: (readFile) => loadConfig({ file, env: {}, readFile }),
    readFile(path, maxBytes, deadlineMs) {
      reads.push(path);
      return readBounded(path, maxBytes, deadlineMs);
    },
    marks: {
      ...fileMarks,
      later(path) {
        looks.push(path);
        return fileMarks.later(path);
      },
    },
  });
  expect(source.load().kind).toBe('ok');
  const clock = createFakeClock();
  let changes = 0;
  const stop = followConfig({
    source,
    clock,
    onChange() {
      changes += 1;
      source.load();
    },
  });
  onTestFinished(stop);
  return {
    ...{ reads, looks, source },
    changes: () => changes,
    /** Until the look that is due then has ended. */
    async pass(ms: number) {
      await clock.advance(ms);
      await until('the next look is awaited', () => clock.pending().length > 0);
    },
  };
}

test('a secret that changes is noticed, once it has been left alone for a second', async () => {
  const directory = temporaryDirectory();
  const [file, secret] = [join(directory, 'offhook.yaml'), join(directory, 'secret')];
  writeFileSync(file, `subscriptions:\n${subscriptionOf('a', secret)}`);
  writeFileSync(secret, SECRET);
  const { pass, changes } = follow(file);
  await pass(10_000);
  expect(changes()).toBe(0);
  writeFileSync(secret, '');
  await pass(10_000);
  // Whoever writes it is not done yet.
  writeFileSync(secret, `${SECRET}\n`);
  await pass(1_000);
  expect(changes()).toBe(0);
  await pass(1_000);
  expect(changes()).toBe(1);
  await pass(10_000);
  await pass(10_000);
  expect(changes()).toBe(1);
});

test('a file that never is left alone is read all the same', async () => {
  const directory = temporaryDirectory();
  const [file, secret] = [join(directory, 'offhook.yaml'), join(directory, 'secret')];
  writeFileSync(file, `subscriptions:\n${subscriptionOf('a', secret)}`);
  writeFileSync(secret, SECRET);
  const { pass, changes } = follow(file);
  for (let round = 0; round < 12; round += 1) {
    writeFileSync(secret, `${SECRET}${' '.repeat(round + 1)}`);
    await pass(round === 0 ? 10_000 : 1_000);
  }
  expect(changes()).toBe(1);
});

test('volumes of Kubernetes are followed, which swap a link to the folder of all files', async () => {
  const volume = temporaryDirectory();
  const write = (version: string, subscriptions: string) => {
    mkdirSync(join(volume, version));
    writeFileSync(join(volume, version, 'offhook.yaml'), `subscriptions:\n${subscriptions}`);
    writeFileSync(join(volume, version, 'secret'), SECRET);
    symlinkSync(version, join(volume, '..data_tmp'));
    renameSync(join(volume, '..data_tmp'), join(volume, '..data'));
  };
  const of = (name: string) => subscriptionOf(name, join(volume, 'secret'));
  write('..2026_01', of('a'));
  for (const name of ['offhook.yaml', 'secret']) symlinkSync(join('..data', name), join(volume, name));
  const { pass, changes, source } = follow(join(volume, 'offhook.yaml'));
  write('..2026_02', of('b'));
  rmSync(join(volume, '..2026_01'), { recursive: true });
  await pass(10_000);
  await pass(1_000);
  expect(changes()).toBe(1);
  const result = source.load();
  expect(result.kind === 'ok' && result.config.subscriptions.map(({ name }) => name)).toEqual(['b']);
});

test('a missing file is noticed when it comes', async () => {
  const directory = temporaryDirectory();
  const [file, secret] = [join(directory, 'offhook.yaml'), join(directory, 'secret')];
  writeFileSync(file, `subscriptions:\n${subscriptionOf('a', secret)}`);
  writeFileSync(secret, SECRET);
  const { pass, changes } = follow(file);
  rmSync(secret);
  await pass(10_000);
  await pass(1_000);
  expect(changes()).toBe(1);
  await pass(10_000);
  expect(changes()).toBe(1);
  writeFileSync(secret, SECRET);
  await pass(10_000);
  await pass(1_000);
  expect(changes()).toBe(2);
});

test('of a thousand secrets none is read before something changes', async () => {
  const directory = temporaryDirectory();
  const file = join(directory, 'offhook.yaml');
  const secrets = Array.from({ length: 1_000 }, (_, index) => join(directory, `secret-${index}`));
  for (const secret of secrets) writeFileSync(secret, SECRET);
  writeFileSync(
    file,
    `subscriptions:\n${secrets.map((secret, index) => subscriptionOf(`a${index}`, secret)).join('')}`,
  );
  const { pass, reads, looks, changes } = follow(file);
  expect(reads).toHaveLength(1_001);
  await pass(10_000);
  expect([looks.length, reads.length, changes()]).toEqual([1_001, 1_001, 0]);
});

test('what came through a pipe is read once, and what lies beside it goes on being followed', async () => {
  const directory = temporaryDirectory();
  const [pipe, secret] = [join(directory, 'pipe'), join(directory, 'secret')];
  writeFileSync(secret, SECRET);
  execFileSync('mkfifo', [pipe]);
  const written = join(directory, 'offhook.yaml');
  writeFileSync(written, `subscriptions:\n${subscriptionOf('a', secret)}`);
  execFileSync('sh', ['-c', 'cat "$1" > "$0" &', pipe, written], { stdio: 'ignore' });
  const { pass, changes, source } = follow(pipe);
  writeFileSync(secret, `${SECRET}\n`);
  await pass(10_000);
  await pass(1_000);
  expect(changes()).toBe(1);
  expect(source.load().kind).toBe('ok');
});
