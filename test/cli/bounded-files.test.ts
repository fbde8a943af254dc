import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../support/journal-directory.ts';
import { runOffhook } from '../support/offhook-process.ts';
import { SECRET } from '../support/watch-config.ts';

const SOURCES = ['/dev/zero', 'pipe'] as const;
const WHY = {
  '/dev/zero': /is larger than \d+ [KM]iB|longer than 16 MiB|more than 1 MiB/,
  pipe: /gave no end within five seconds/,
};

function place(source: (typeof SOURCES)[number], directory: string): string {
  if (source !== 'pipe') return source;
  const path = join(directory, 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
}

/** Runs the command in a directory of its own, in which `files` are written first. */
async function run(args: readonly string[], directory: string, files: Readonly<Record<string, string>> = {}) {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
  return runOffhook(args, { cwd: directory, env: { SIGNING_SECRET: SECRET } });
}

describe.each(SOURCES)('%s in the place of', (source) => {
  it.each(['watch', 'receive'])('the configuration of %s', async (command) => {
    const directory = temporaryDirectory();
    const { code, stderr } = await run([command, '--check', '--config', place(source, directory)], directory);
    expect([code, stderr]).toEqual([2, expect.stringMatching(WHY[source])]);
  });

  it('a secret of the watcher', async () => {
    const directory = temporaryDirectory();
    const yaml = `subscriptions: [{ name: a, url: "https://a.example", signingSecretFile: ${place(source, directory)} }]`;
    const { code, stderr } = await run(['watch', '--check'], directory, { 'offhook.yaml': yaml });
    expect([code, stderr]).toEqual([2, expect.stringMatching(WHY[source])]);
  });

  it('a secret, a variable and a certificate of the receiver', async () => {
    const directory = temporaryDirectory();
    const path = place(source, directory);
    for (const line of [
      `signingSecretFile: ${path}`,
      `signingSecretEnv: SIGNING_SECRET\nvars: { A: { file: ${path} } }`,
      `signingSecretEnv: SIGNING_SECRET\nlisten: { tls: { certFile: ${path}, keyFile: ${path} } }`,
    ]) {
      const { code, stderr } = await run(['receive', '--check'], directory, {
        'offhook-receiver.yaml': line,
      });
      expect([code, stderr]).toEqual([2, expect.stringMatching(WHY[source])]);
    }
  });

  it('a kubeconfig, and a token of one', async () => {
    const directory = temporaryDirectory();
    const path = place(source, directory);
    const yaml = 'subscriptions: [{ name: a, url: "https://a.example", signingSecretEnv: SIGNING_SECRET }]';
    const kubeconfig = JSON.stringify({
      'current-context': 'a',
      clusters: [{ name: 'a', cluster: { server: 'https://127.0.0.1:1' } }],
      users: [{ name: 'a', user: { tokenFile: path } }],
      contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
    });
    for (const file of [path, 'kubeconfig']) {
      const files = { 'offhook.yaml': yaml, kubeconfig };
      const { code, stderr } = await run(['watch', '--kubeconfig', file], directory, files);
      expect([code, stderr]).toEqual([1, expect.stringMatching(WHY[source])]);
    }
  });

  it('a page token of offhook audit', async () => {
    const directory = temporaryDirectory();
    const from = ['--url', 'http://127.0.0.1:1', '--token-file', place(source, directory)];
    const { code, stderr } = await run(['audit', 'list', ...from], directory);
    expect([code === 0, stderr]).toEqual([false, expect.stringMatching(WHY[source])]);
  });
});

it.each([
  ['explain', ['explain', '/dev/zero']],
  ['audit', ['audit', 'verify', '--file', '/dev/zero']],
])('offhook %s reads what has no end no further than one of its values may be long', async (_, args) => {
  const { code, stderr } = await run(args, temporaryDirectory());
  expect([code, stderr]).toEqual([1, expect.stringMatching(WHY['/dev/zero'])]);
});
