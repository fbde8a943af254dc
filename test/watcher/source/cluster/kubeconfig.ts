import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of its own for the running test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'offhook-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export type KubeconfigParts = {
  readonly server: string;
  readonly cluster?: object;
  readonly user?: object | null;
  readonly currentContext?: string | undefined;
};

/** Writes a kubeconfig with the contexts `one` (current) and `other`; returns its path. */
export function writeKubeconfig(folder: string, parts: KubeconfigParts): string {
  const { server, cluster = {}, user = {}, currentContext = 'one' } = parts;
  const file = join(folder, 'config');
  const content = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': currentContext,
    clusters: [{ name: 'test', cluster: { server, ...cluster } }],
    users: user === null ? [] : [{ name: 'tester', user }],
    contexts: [
      {
        name: 'one',
        context: { cluster: 'test', namespace: 'shop', ...(user !== null && { user: 'tester' }) },
      },
      { name: 'other', context: { cluster: 'elsewhere', user: 'nobody' } },
    ],
  };
  writeFileSync(file, JSON.stringify(content));
  return file;
}
