import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startNodeReceiver } from '../../../functions/platforms/node/start-receiver.ts';
import type { TimelineEntry } from '../../../functions/timeline/timeline.ts';
import { serialiseEvent } from '../../../protocol/event/serialise-event.ts';
import { until } from '../../support/until.ts';
import { createWallClock } from '../../support/wall-clock.ts';
import { eventually } from '../support/eventually.ts';
import { TEST_WORKER } from '../support/platforms.ts';
import { startProbe } from '../support/probe.ts';
import { postStart } from '../support/sample-events.ts';
import { deliver, SECRET } from '../support/signed-post.ts';
import { startWorker } from '../support/start-worker.ts';
import { makeTemporaryDirectory } from '../support/temporary-directory.ts';
import { registerTestHandlers } from '../support/test-handlers.ts';

const STOPPED_AUDIT = fileURLToPath(new URL('../support/stopped-audit-worker.ts', import.meta.url));
const PROCESS = fileURLToPath(new URL('../support/node-receiver-process.ts', import.meta.url));
/** Longer than the lease of a run: 30 s and a margin of 15 s. */
const LEASE_OVER_MS = 60_000;
const silent = { info: () => {}, warn: () => {}, error: () => {} };

let directory: Awaited<ReturnType<typeof makeTemporaryDirectory>>;
const cleanups: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  directory = await makeTemporaryDirectory();
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await directory.remove();
});

/** What must hold afterwards: the run that was cut off ran again, once; the one that had ended did not. */
async function expectOneMoreRun(
  probe: Awaited<ReturnType<typeof startProbe>>,
  auditRows: () => Promise<readonly TimelineEntry[]>,
) {
  const [row] = await eventually(auditRows, (rows) => rows[0]?.runs.length === 3);
  const runs = row?.runs.map(({ handler, attempt, outcome }) => `${handler} ${attempt} ${outcome}`).sort();
  expect(runs).toEqual(['audit 1 completed', 'shaky 2 completed', 'steady 1 completed']);
  expect(probe.attempts('/shaky')).toEqual([1, 2]);
  expect(probe.attempts('/steady')).toEqual([1]);
}

it('on Node, a handler cut off by SIGKILL runs again after its lease', async () => {
  const probe = await startProbe({ '/shaky': ['hang', 200] });
  const child = spawn(process.execPath, [PROCESS, directory.path, probe.url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanups.push(async () => child.kill('SIGKILL'));
  const output = collectOutput(child);
  await until('the URL of the process', () => output().includes('\n'), 15_000);
  await deliver(output().split('\n')[0] ?? '', postStart({ key: 'killed' }));
  await probe.called('/shaky', 1);
  await until('the end of the other two', () => output().split('"outcome":"completed"').length === 3);
  child.kill('SIGKILL');
  await once(child, 'exit');

  const receiver = await startNodeReceiver({
    port: 0,
    dataDir: directory.path,
    secrets: [SECRET],
    vars: { PROBE_URL: probe.url },
    registerHandlers: registerTestHandlers,
    log: silent,
    clock: createWallClock(() => Date.now() + LEASE_OVER_MS),
  });
  cleanups.push(receiver.close);
  await expectOneMoreRun(probe, receiver.auditRows);
});

it('in workerd, a handler cut off by the end of the process runs again after its lease', async () => {
  const probe = await startProbe({ '/shaky': ['hang', 200] });
  const options = { port: 0, secrets: [SECRET], persistDir: directory.path, entryFile: TEST_WORKER };
  const event = postStart({ key: 'killed' });
  const first = await startWorker({ ...options, vars: { PROBE_URL: probe.url } });
  cleanups.push(first.dispose);
  await deliver(first.url, event);
  await probe.called('/shaky', 1);
  await eventually(first.auditRows, ([row]) => row?.runs.length === 2);
  await first.dispose();

  const vars = { PROBE_URL: probe.url, CLOCK_AHEAD_MS: String(LEASE_OVER_MS) };
  const second = await startWorker({ ...options, vars });
  cleanups.push(second.dispose);
  // Miniflare keeps its queue in memory; Cloudflare's would deliver the unsettled message again.
  const message = { body: serialiseEvent(event), receivedAtMs: Date.now() };
  await Promise.all([second.redeliver(message), second.redeliver(message)]);
  await expectOneMoreRun(probe, second.auditRows);
});

it('in workerd, a run whose process ends before its record is recorded afterwards, and runs no more', async () => {
  const probe = await startProbe({ '/audit': ['hang', 200] });
  const options = { port: 0, secrets: [SECRET], persistDir: directory.path, entryFile: STOPPED_AUDIT };
  const event = postStart({ key: 'killed' });
  const logged: string[] = [];
  const onLog = (line: string) => void logged.push(line);
  const first = await startWorker({ ...options, vars: { PROBE_URL: probe.url }, onLog });
  cleanups.push(first.dispose);
  await deliver(first.url, event);
  await probe.called('/steady', 1);
  await probe.called('/audit', 1);
  // The claims of both handlers are settled by then, and nothing is recorded.
  const handled = () => logged.filter((line) => line.includes('"outcome":"completed"'));
  await until('the end of both', () => handled().length === 2);
  expect(await first.auditRows()).toEqual([]);
  await first.dispose();

  const vars = { PROBE_URL: probe.url, CLOCK_AHEAD_MS: String(LEASE_OVER_MS) };
  const second = await startWorker({ ...options, vars });
  cleanups.push(second.dispose);
  await second.redeliver({ body: serialiseEvent(event), receivedAtMs: Date.now() });
  const [row] = await eventually(second.auditRows, (rows) => rows[0]?.runs.length === 3);
  const runs = row?.runs.map(({ handler, attempt, outcome }) => `${handler} ${attempt} ${outcome}`).sort();
  expect(runs).toEqual(['audit 2 completed', 'shaky 1 completed', 'steady 1 completed']);
  expect(probe.attempts('/steady')).toEqual([1]);
  expect(probe.attempts('/shaky')).toEqual([1]);
});

function collectOutput({ stdout }: ChildProcess): () => string {
  let text = '';
  stdout?.on('data', (chunk) => {
    text += chunk;
  });
  return () => text;
}
