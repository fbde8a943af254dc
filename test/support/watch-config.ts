import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { OffhookProcess } from './offhook-process.ts';

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** Writes an offhook.yaml for tests: plain http to loopback receivers, all signed with {@link SECRET}. */
export function writeWatchConfig(
  directory: string,
  options: {
    readonly receivers: Readonly<Record<string, string>>;
    readonly journal?: string;
    /** The journal's quota, such as `1MiB`. */
    readonly maxBytes?: string;
    readonly extra?: string;
    /** Of the health checks; 0, the default, takes a free one. */
    readonly port?: number;
  },
): { readonly file: string; readonly env: Record<string, string> } {
  const subscriptions = Object.entries(options.receivers).map(
    ([name, url]) => `  - name: ${name}
    url: ${url}
    signingSecretEnv: SIGNING_SECRET
    allowHttp: true
    retrySchedule: [200ms, 200ms, 500ms, 1s, 1s, 1s, 1s, 1s, 1s, 1s]
`,
  );
  const file = join(directory, 'offhook.yaml');
  const yaml = `cluster: test
subscriptions:
${subscriptions.join('')}dataDir: ${options.journal ?? join(directory, 'journal')}
journal:
  allowVolatile: true
${options.maxBytes === undefined ? '' : `  maxBytes: ${options.maxBytes}\n`}listen:
  port: ${options.port ?? 0}
log:
  level: debug
  format: json
${options.extra ?? ''}`;
  writeFileSync(file, yaml);
  return { file, env: { SIGNING_SECRET: SECRET } };
}

/** Waits until `/readyz` of a running `offhook watch` says yes. */
export async function untilReady(watcher: OffhookProcess): Promise<void> {
  const health = await healthOf(watcher);
  const deadline = performance.now() + 15_000;
  while (!(await fetch(`${health}/readyz`)).ok) {
    if (performance.now() > deadline) throw new Error(`never ready:\n${watcher.stderr()}`);
    await setTimeout(POLL_MS);
  }
}

/** Asked without a pause, the watcher has nothing else to do. */
const POLL_MS = 20;

/** Where a running `offhook watch` answers probes. */
export async function healthOf(watcher: OffhookProcess): Promise<string> {
  const [, url = ''] = await watcher.says(/"health":"([^"]+)"/);
  return url;
}

/** The warnings in the JSON log of a running `offhook watch`. */
export function warnings(stderr: string): readonly string[] {
  return stderr.split('\n').filter((line) => line.includes('"level":"warn"'));
}
