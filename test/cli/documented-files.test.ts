import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const PAGES = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);
/** Ways in which a command names a file that it makes. */
const MADE =
  /(?:(?<![<>&\d=-])>{1,2} ?|--(?:out|public-out|output|outputs-file) |-(?:keyout|out) |\btee )(?<file>[\w-][\w./-]*\.\w+|\.dev\.vars)(?=\s|$|`)/gm;
/** What commands make unless they are told otherwise. */
const BY_ITSELF = [
  '.offhook/journal.db',
  '.offhook-receiver/a',
  '.offhook-cluster/kubeconfig',
  '.dev.vars',
  'cdk.out/a',
];

/** Relative paths; what lies elsewhere is nobody's repository. */
const made = PAGES.flatMap((page) => {
  const text = readFileSync(join(ROOT, page), 'utf8').replaceAll('\\\n', ' ');
  const code = [...text.matchAll(/^```(?:sh|console|bash)?\n(.*?)^```/gms)].map(([, block = '']) => block);
  return code.flatMap((block) => [...block.matchAll(MADE)].map(({ groups }) => groups?.file ?? ''));
}).filter((file) => !file.startsWith('/') && !/\.(com|dev|example)$/.test(file));

it('what the commands of the documentation make is ignored by git', () => {
  expect(made).toEqual(expect.arrayContaining(['bridge.secret', 'page.token', 'audit.jsonl']));
  const files = [...new Set([...made, ...BY_ITSELF])].sort();
  const ignored = execFileSync('git', ['check-ignore', '--no-index', ...files], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(ignored.trim().split('\n')).toEqual(files);
});

it('nothing that is part of the repository is ignored', () => {
  const tracked = ['ls-files', '--cached', '--ignored', '--exclude-standard'];
  expect(execFileSync('git', tracked, { cwd: ROOT, encoding: 'utf8' })).toBe('');
});
