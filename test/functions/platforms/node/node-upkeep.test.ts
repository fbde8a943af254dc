import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import {
  type NodeReceiverOptions,
  startNodeReceiver,
} from '../../../../functions/platforms/node/start-receiver.ts';
import type { Timer } from '../../../../settings/ambient/timer.ts';
import { hang, startReceiver } from '../../../support/receiver.ts';
import { until } from '../../../support/until.ts';
import { eventually } from '../../support/eventually.ts';
import { lineLog } from '../../support/line-log.ts';
import { postStart } from '../../support/sample-events.ts';
import { deliver, SECRET } from '../../support/signed-post.ts';
import { makeTemporaryDirectory } from '../../support/temporary-directory.ts';

const EVERY_MS = 61_000;
const DAY_MS = 86_400_000;

/** Timers that go off when the test says so. */
function manualTimer() {
  const set = new Set<{ readonly afterMs: number; readonly run: () => void }>();
  const timer: Timer = (afterMs, run) => {
    const entry = { afterMs, run };
    set.add(entry);
    return () => void set.delete(entry);
  };
  const fire = async (wantedMs: number) => {
    const find = () => [...set].find(({ afterMs }) => afterMs === wantedMs);
    await until(`a timer of ${wantedMs} ms`, () => find() !== undefined);
    const entry = find();
    if (entry !== undefined) set.delete(entry);
    entry?.run();
  };
  return { timer, fire };
}

async function start(audit: NodeReceiverOptions['audit'], more: Partial<NodeReceiverOptions> = {}) {
  const directory = await makeTemporaryDirectory();
  onTestFinished(directory.remove);
  const lines: string[] = [];
  const { timer, fire } = manualTimer();
  const receiver = await startNodeReceiver({
    port: 0,
    dataDir: directory.path,
    secrets: [SECRET],
    timer,
    log: lineLog(lines),
    ...(audit && { audit }),
    ...more,
  });
  onTestFinished(receiver.close);
  await deliver(receiver.url, postStart({ key: 'kept' }));
  await eventually(receiver.auditRows, ([first]) => first?.runs.length === 2);
  return { receiver, fire, lines, directory: directory.path };
}

it('checkpoints are written by the clock, again and again', async () => {
  const { path, remove } = await makeTemporaryDirectory();
  onTestFinished(remove);
  const place = { kind: 'directory', directory: path } as const;
  const { receiver, fire } = await start({
    retentionMs: null,
    everyMs: EVERY_MS,
    checkpoints: { secret: SECRET, place },
  });
  const files = async () => {
    const [stream] = await readdir(path);
    return stream === undefined ? [] : readdir(join(path, stream));
  };
  await fire(EVERY_MS);
  await eventually(files, (names) => names.filter((name) => name.endsWith('.json')).length === 1);
  await deliver(receiver.url, postStart({ key: 'another' }));
  await eventually(
    receiver.auditRows,
    (rows) => rows.length === 2 && rows.every(({ runs }) => runs.length === 2),
  );
  await fire(EVERY_MS);
  await eventually(files, (names) => names.filter((name) => name.endsWith('.json')).length === 2);
});

it('the retention removes by the clock what is too old', async () => {
  let aheadMs = 0;
  const { receiver, fire } = await start(
    { retentionMs: 10 * DAY_MS, everyMs: EVERY_MS, checkpoints: null },
    { now: () => Date.now() + aheadMs },
  );
  await fire(EVERY_MS);
  aheadMs = 11 * DAY_MS;
  await fire(EVERY_MS);
  await eventually(receiver.auditRows, (rows) => rows.length === 0);
});

it('a place that does not answer holds up neither the receiver nor its end for long', async () => {
  const bucket = await startReceiver();
  bucket.answer(hang);
  const place = {
    kind: 's3',
    bucketUrl: new URL(bucket.url).origin,
    region: 'eu-central-1',
    credentials: async () => ({ accessKeyId: 'AKIA', secretAccessKey: 'secret' }),
  } as const;
  const { receiver, fire } = await start({
    retentionMs: null,
    everyMs: EVERY_MS,
    checkpoints: { secret: SECRET, place },
  });
  await fire(EVERY_MS);
  await bucket.received(1);
  expect((await deliver(receiver.url, postStart({ key: 'meanwhile' }))).status).toBe(202);
  const closing = receiver.close();
  await fire(5_000);
  await closing;
});

it('secrets and places that cannot be used are told at the start, and nothing stays open', async () => {
  const { path, remove } = await makeTemporaryDirectory();
  onTestFinished(remove);
  const options = { port: 0, dataDir: path, secrets: [SECRET] };
  const care = (secret: string) => ({
    retentionMs: null,
    everyMs: EVERY_MS,
    checkpoints: { secret, place: { kind: 'directory', directory: path } as const },
  });
  await expect(startNodeReceiver({ ...options, audit: care('whsec_c2hvcnQ=') })).rejects.toThrow(
    /24-64 bytes/,
  );
  await (await startNodeReceiver({ ...options, audit: care(SECRET) })).close();
});
