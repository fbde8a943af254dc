import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { KUSTOMIZE } from '../kustomize/render-kustomization.ts';
import { scriptOf } from './page-script.ts';

/**
 * A program that somebody called who followed the page.
 *
 * @property values what was in the file of `--values` then.
 */
export type Call = {
  readonly program: string;
  readonly args: readonly string[];
  readonly values: string | null;
};

export type Followed = {
  readonly calls: readonly Call[];
  /** Where the files are that the page makes. */
  readonly folder: string;
};

const FAKED = ['helm', 'kubectl', 'curl', 'cosign', 'skopeo', 'sha256sum'];

/** Writes down its arguments and the file of `--values`; `curl` brings the tree that a release has. */
const FAKE = `#!/bin/sh
set -eu
number=$(ls "$CALLS" | wc -l)
call=$CALLS/$(printf %04d "$number")
mkdir "$call"
printf '%s\\n' "$(basename "$0")" "$@" > "$call/words"
before=
for each; do
  if [ "$before" = --values ]; then cp "$each" "$call/values"; fi
  before=$each
done
if [ "$(basename "$0")" = curl ]; then cp "$TREE" "$(basename "$before")"; fi
`;

/**
 * Runs all blocks of a page in one shell, below an empty folder. What needs a cluster or the network is written down instead; everything else
 * (openssl, tar, cp, files) is done.
 *
 * @throws Error with what the shell says, when a line fails.
 */
export function followPage(page: string, root: string): Followed {
  const at = (name: string) => join(root, name);
  for (const name of ['programs', 'calls', 'folder']) mkdirSync(at(name));
  for (const name of FAKED) writeFileSync(at(`programs/${name}`), FAKE, { mode: 0o755 });
  const tree = [
    '-czf',
    at('tree.tar.gz'),
    '-C',
    join(KUSTOMIZE, '..'),
    '--transform',
    's/^kustomize/offhook-kustomize/',
  ];
  execFileSync('tar', [...tree, 'kustomize']);
  const env = {
    PATH: [at('programs'), process.env.PATH].join(delimiter),
    HOME: root,
    CALLS: at('calls'),
    TREE: at('tree.tar.gz'),
  };
  const run = spawnSync('bash', ['-c', scriptOf(page)], { cwd: at('folder'), env, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`the page’s script ended with ${run.status}:\n${run.stderr}`);
  const calls = readdirSync(at('calls'))
    .toSorted()
    .map((name): Call => {
      const read = (file: string) => readFileSync(join(at('calls'), name, file), 'utf8');
      const [program = '', ...args] = read('words').replace(/\n$/, '').split('\n');
      const hasValues = readdirSync(join(at('calls'), name)).includes('values');
      return { program, args, values: hasValues ? read('values') : null };
    });
  return { calls, folder: at('folder') };
}
