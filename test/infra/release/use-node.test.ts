import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ROOT } from './support/checkout.ts';

const HERE = process.versions.node;

it.each([
  ['nothing, unless a version is asked for', undefined, true, 0, ''],
  ['the Node of the machine, if it has the version', HERE, false, 0, `Node v${HERE}\n`],
  ['an error, if it has another one', '99.0.0', false, 1, ''],
])('.ci/use-node: %s', (_what, version, keeps, code, stdout) => {
  const root = mkdtempSync(join(tmpdir(), 'offhook-use-node-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, '.ci'));
  cpSync(join(ROOT, '.ci/use-node'), join(root, '.ci/use-node'));
  writeFileSync(join(root, 'package.json'), '{}');
  const packaged = join(root, 'node_modules/.bin/node');
  mkdirSync(dirname(packaged), { recursive: true });
  writeFileSync(packaged, '#!/bin/sh\necho v1.2.3\n', { mode: 0o755 });
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter);
  const env = { PATH: path, HOME: root, ...(version !== undefined && { CI_NODE: version }) };
  const run = spawnSync(join(root, '.ci/use-node'), { env, encoding: 'utf8' });
  expect({ code: run.status, stdout: run.stdout }).toEqual({ code, stdout });
  if (code === 1) expect(run.stderr).toContain(`CI_NODE is 99.0.0, but what npm runs is Node v${HERE}`);
  expect(existsSync(packaged)).toBe(keeps);
});
