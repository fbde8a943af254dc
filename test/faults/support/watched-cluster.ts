import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  createLocalCluster,
  type LocalCluster,
  type LocalClusterOptions,
} from '../../../infra/local/cluster.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { type OffhookProcess, startOffhook } from '../../support/offhook-process.ts';
import { type ReceivedRequest, type Receiver, startReceiver } from '../../support/receiver.ts';
import { untilReady, writeWatchConfig } from '../../support/watch-config.ts';

export type WatchedCluster = {
  readonly cluster: LocalCluster;
  readonly tap: Receiver;
  /** Directory of the watcher's journal. */
  readonly journal: string;
  /** Starts `offhook watch` as a process of its own; again after it was killed. */
  start(): OffhookProcess;
  startReady(): Promise<OffhookProcess>;
};

export type WatchedOptions = {
  readonly cluster?: LocalClusterOptions;
  /** Where the watcher finds the API server, when not at the cluster itself. */
  readonly serverFor?: (cluster: LocalCluster) => Promise<string>;
  /** Another receiver than the tap. */
  readonly receiverUrl?: string;
} & WatcherOptions;

export type WatcherOptions = {
  /** More keys of the subscription, as lines of YAML without their indentation. */
  readonly subscription?: readonly string[];
  /** More keys below `watch`, as lines of YAML without their indentation. */
  readonly watch?: readonly string[];
  /** More of the environment. */
  readonly env?: Readonly<Record<string, string>>;
};

/** An embedded cluster, a receiver that records, and a configuration for `offhook watch` between them. */
export async function createWatchedCluster(options: WatchedOptions = {}): Promise<WatchedCluster> {
  const cluster = await createLocalCluster(options.cluster);
  onTestFinished(() => cluster.close());
  const server = (await options.serverFor?.(cluster)) ?? cluster.url;
  const tap = await startReceiver();
  return { cluster, tap, ...configureWatcher(server, options.receiverUrl ?? tap.url, options) };
}

/** A configuration for `offhook watch` with one subscription, in a directory of its own. */
export function configureWatcher(
  server: string,
  receiverUrl: string,
  { subscription = [], watch = [], env: more = {} }: WatcherOptions = {},
): Pick<WatchedCluster, 'journal' | 'start' | 'startReady'> {
  const directory = temporaryDirectory();
  const journal = join(directory, 'journal');
  const { file, env } = writeWatchConfig(directory, {
    receivers: { tap: receiverUrl },
    journal,
    extra: ['watch:', ...['kubeletEvents: false', ...watch].map((line) => `  ${line}`), ''].join('\n'),
  });
  const lines = ['allowHttp: true', ...subscription].map((line) => `    ${line}`);
  writeFileSync(file, readFileSync(file, 'utf8').replace('    allowHttp: true', lines.join('\n')));
  const start = () =>
    startOffhook(['watch', '--config', file, '--server', server], { env: { ...env, ...more } });
  return {
    journal,
    start,
    async startReady() {
      const watcher = start();
      await untilReady(watcher);
      return watcher;
    },
  };
}

/** A Pod that runs until it is told to stop, and then stops at once. */
export function podManifest(name: string, namespace = 'default'): Record<string, unknown> {
  const command = ['/bin/sh', '-c', "trap 'exit 0' TERM; while true; do sleep 0.2; done"];
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name, namespace },
    spec: { containers: [{ name: 'app', image: 'busybox', command }] },
  };
}

export async function kill(watcher: OffhookProcess): Promise<void> {
  watcher.kill('SIGKILL');
  await watcher.ended();
}

/** `hook pod` of each request, in order. */
export function told(requests: readonly ReceivedRequest[]): readonly string[] {
  return requests.map(({ body }) => {
    const { data } = JSON.parse(body.toString());
    return `${data.hook} ${data.pod?.name ?? ''}`.trim();
  });
}

export function ids(requests: readonly ReceivedRequest[]): readonly string[] {
  return requests.map(({ headers }) => String(headers['webhook-id']));
}
