import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createLocalCluster } from '../../infra/local/cluster.ts';
import { temporaryDirectory } from '../support/journal-directory.ts';
import { runOffhook, startOffhook } from '../support/offhook-process.ts';
import { startReceiver } from '../support/receiver.ts';
import { traceNames, tracePath } from '../support/traces.ts';
import { untilReady, writeWatchConfig } from '../support/watch-config.ts';

const PRELOAD = new URL('./support/record-loads.ts', import.meta.url).href;

it('help and an explanation need a handful of files, and no package at all', async () => {
  const [trace = ''] = traceNames();
  for (const [args, files] of [
    [['--help'], 4],
    [['explain', '--help'], 4],
    [['explain', tracePath(trace)], 6],
  ] as const) {
    const loads = recorded();
    expect((await runOffhook(args, { env: loads.env })).code).toBe(0);
    expect(loads.sources().length).toBeGreaterThan(2);
    expect(loads.sources().length).toBeLessThanOrEqual(files);
    expect(packagesOf(loads.sources())).toEqual([]);
    expect(loads.ofNode()).toContain('fs');
    expect(loads.ofNode().filter((name) => UNUSED.test(name) || /crypto/.test(name))).toEqual([]);
  }
});

/** Parts of Node that it loads when one of its own modules is imported, because they are among its names. */
const UNUSED = /deps\/undici|webcrypto|webstreams|http2/;

it('subscriptions to explain need YAML and a schema, and no HTTP', async () => {
  const loads = recorded();
  const file = join(temporaryDirectory(), 'offhook.yaml');
  writeFileSync(file, 'subscriptions: [{ name: all }]\n');
  const [trace = ''] = traceNames();
  const { code } = await runOffhook(['explain', tracePath(trace), '--subscriptions', file], {
    env: loads.env,
  });
  expect(code).toBe(0);
  expect(packagesOf(loads.sources())).toEqual(['yaml', 'zod']);
});

it.each(['event', 'config', 'receiver'])('the schema %s needs no server', async (name) => {
  const loads = recorded();
  expect((await runOffhook(['schema', name], { env: loads.env })).code).toBe(0);
  expect(loads.sources().length).toBeGreaterThan(2);
  expect(packagesOf(loads.sources()).filter((each) => /hono|undici|pino/.test(each))).toEqual([]);
});

it('a watcher has no models of the Kubernetes API, no SDK of a bus that it does not use, and of undici what it calls', async () => {
  const receiver = await startReceiver();
  const cluster = await createLocalCluster();
  onTestFinished(() => cluster.close());
  const directory = temporaryDirectory();
  const { file, env } = writeWatchConfig(directory, { receivers: { here: receiver.url } });
  const kubeconfig = join(directory, 'config');
  writeFileSync(kubeconfig, cluster.kubeconfig());
  const loads = recorded();
  const watcher = startOffhook(['watch', '--config', file, '--kubeconfig', kubeconfig], {
    env: { ...env, ...loads.env },
  });
  await untilReady(watcher);
  const sources = loads.sources();
  expect(sources.length).toBeLessThanOrEqual(45);
  expect(packagesOf(sources).filter((name) => /^@aws-sdk|^@smithy|^hono|^jose/.test(name))).toEqual([]);
  expect(
    filesOf(sources).filter((name) => /^@kubernetes\/client-node\/dist\/(gen|config\.js)/.test(name)),
  ).toEqual([]);
  expect(packagesOf(sources)).toContain('undici');
  const ofUndici = filesOf(sources).filter((name) => name.startsWith('undici/lib/'));
  expect(
    ofUndici.filter((name) => /\/(mock|cache|websocket|eventsource|milo)\/|web\/fetch\/index/.test(name)),
  ).toEqual([]);
  watcher.kill('SIGTERM');
  await watcher.ended();
  expect(loads.ofNode()).toContain('http');
  expect(loads.ofNode().filter((name) => UNUSED.test(name))).toEqual([]);
});

/** Records what a process loads. */
function recorded() {
  const file = join(temporaryDirectory(), 'loads');
  writeFileSync(file, '');
  return {
    env: { NODE_OPTIONS: `--import=${PRELOAD}`, LOADS_FILE: file },
    sources: () =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((url) => url.startsWith('file:') && url.endsWith('.js'))
        .map((url) => readFileSync(new URL(url), 'utf8')),
    /** By the names that Node has for its parts; once the process has ended. */
    ofNode: () =>
      [...readFileSync(file, 'utf8').matchAll(/^NativeModule (\S+)$/gm)].map(([, name = '']) => name),
  };
}

/** The files of packages that are in it, as the bundler names each above its code. */
function filesOf(sources: readonly string[]): readonly string[] {
  return sources.flatMap((source) =>
    [...source.matchAll(/^\/\/ node_modules\/(\S+)$/gm)].map(([, name = '']) => name),
  );
}

function packagesOf(sources: readonly string[]): readonly string[] {
  const names = filesOf(sources).map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
  return [...new Set(names)].toSorted();
}
