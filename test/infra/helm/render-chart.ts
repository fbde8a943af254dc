import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { type Manifest, parseManifests } from '../manifests/manifest.ts';
import { helm, succeeded, type ToolRun } from '../tools/kubernetes-tools.ts';

export const CHART = fileURLToPath(new URL('../../../infra/helm/offhook', import.meta.url));

export type Values = Readonly<Record<string, unknown>>;

export type RenderOptions = {
  readonly release?: string;
  readonly namespace?: string;
  /** What the cluster knows beside Kubernetes itself. */
  readonly apiVersions?: readonly string[];
  /** Another chart than that of this checkout. */
  readonly chart?: string;
};

/** The smallest values with which something is told to somebody. */
export const SMALLEST: Values = {
  subscriptions: [
    {
      name: 'bridge',
      url: 'https://receiver.example/events',
      secret: { name: 'offhook-signing', key: 'bridge' },
    },
  ],
};

/** What `helm template` makes of the values, tests and hooks included. @throws Error with Helm's words. */
export async function renderChart(values: Values, options: RenderOptions = {}): Promise<Manifest[]> {
  return parseManifests(await succeeded(tryChart(values, options)));
}

/** `helm template` as an outcome. */
export function tryChart(values: Values, options: RenderOptions = {}): Promise<ToolRun> {
  const { release = 'offhook', namespace = 'offhook', apiVersions = [], chart = CHART } = options;
  const known = apiVersions.flatMap((each) => ['--api-versions', each]);
  return withValues(values, (file) =>
    helm('template', release, chart, '--namespace', namespace, '--values', file, ...known),
  );
}

/** What `helm install` tells people. */
export async function renderNotes(values: Values): Promise<string> {
  const args = ['--namespace', 'offhook', '--dry-run=client', '--hide-secret'];
  const text = await succeeded(
    withValues(values, (file) => helm('install', 'offhook', CHART, '--values', file, ...args)),
  );
  return text.slice(text.indexOf('NOTES:'));
}

/** Runs something with the values in a file. */
export async function withValues<T>(values: Values, use: (file: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'offhook-values-'));
  try {
    const file = join(directory, 'values.yaml');
    writeFileSync(file, stringify(values));
    return await use(file);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
