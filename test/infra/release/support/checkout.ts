import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { readVersions } from '../../../../infra/release/versions/versioned-files.ts';

export const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const MAIN = join(ROOT, 'infra/release/main.ts');
const CHANGELOG = `# Changelog

## Pending

The first line.

### Added

- A thing.
- Another one.

## 0.0.9 - 2026-01-02

- What was before.
`;

export type Checkout = {
  readonly root: string;
  git(...args: string[]): string;
  read(file: string): string;
  write(file: string, text: string): void;
  edit(file: string, from: string | RegExp, to: string): void;
  /** `npm run release -- …` in it, in a process of its own. */
  release(...args: string[]): ReleaseRun;
  /** Programs that write down how they were called; they print what is given, and end with 0. */
  fake(printing: Readonly<Record<string, string>>): void;
  /** How they were called, a line each. */
  calls(): readonly string[];
};

export type ReleaseRun = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** A git checkout with the real files that name the version, and a changelog of its own, committed. */
export function createCheckout(): Checkout {
  const root = temporaryFolder();
  const programs = temporaryFolder();
  const path = `${programs}${delimiter}${process.env.PATH}`;
  const checkout: Checkout = {
    root,
    git: (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }),
    read: (file) => readFileSync(join(root, file), 'utf8'),
    write(file, text) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    },
    edit: (file, from, to) => checkout.write(file, checkout.read(file).replace(from, to)),
    release: (...args) => run(process.execPath, [MAIN, ...args], { cwd: root, path }),
    fake(printing) {
      for (const [name, text] of Object.entries(printing)) {
        const script = `#!/bin/sh\necho "${name} $*" >> ${programs}/calls\n${text}\n`;
        writeFileSync(join(programs, name), script, { mode: 0o755 });
      }
    },
    calls: () => readFileSync(join(programs, 'calls'), 'utf8').trim().split('\n'),
  };
  const files = [...new Set(readVersions(ROOT).map(({ file }) => file)), '.gitignore'];
  for (const file of files) cpSync(join(ROOT, file), join(root, file), { recursive: true });
  checkout.write('CHANGELOG.md', CHANGELOG);
  checkout.git('init', '--quiet', '--initial-branch=main');
  for (const [key, value] of [
    ['user.name', 'A tester'],
    ['user.email', 'tester@example.com'],
    ['commit.gpgsign', 'false'],
    ['tag.gpgsign', 'false'],
  ]) {
    checkout.git('config', String(key), String(value));
  }
  commitAll(checkout);
  return checkout;
}

/** A checkout whose commit is tagged as a version. */
export function createTagged(version: string): Checkout {
  const checkout = createCheckout();
  const { code, stderr } = checkout.release('prepare', version, '--date', '2026-11-27');
  if (code !== 0) throw new Error(stderr);
  commitAll(checkout);
  checkout.git('tag', `v${version}`);
  return checkout;
}

export function commitAll({ git }: Checkout): void {
  git('add', '--all');
  git('commit', '--quiet', '--message', 'a commit');
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'offhook-release-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function run(program: string, args: readonly string[], options: { cwd: string; path: string }): ReleaseRun {
  const { cwd, path } = options;
  const env = { PATH: path, HOME: cwd, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE };
  const result = spawnSync(program, args, { cwd, encoding: 'utf8', env });
  return { code: result.status ?? -1, stdout: result.stdout, stderr: result.stderr };
}
