import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import {
  type NodeReceiverOptions,
  startNodeReceiver,
} from '../../../../functions/platforms/node/start-receiver.ts';
import { createOutboundFetch, type OutboundFetch } from '../../../../settings/outbound/outbound-fetch.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { hang, startReceiver } from '../../../support/receiver.ts';
import { until } from '../../../support/until.ts';
import { eventually } from '../../support/eventually.ts';
import { lineLog } from '../../support/line-log.ts';
import { postStart } from '../../support/sample-events.ts';
import { deliver, SECRET } from '../../support/signed-post.ts';
import { makeTemporaryDirectory } from '../../support/temporary-directory.ts';

const EVERY_MS = 61_000;
const MINUTE_MS = 60_000;

async function start(audit: NodeReceiverOptions['audit'], more: Partial<NodeReceiverOptions> = {}) {
  const directory = await makeTemporaryDirectory();
  onTestFinished(directory.remove);
  const lines: string[] = [];
  const clock = createFakeClock(Date.now());
  /** Lets the wait of that length, which has just begun or soon will, be over. */
  const pass = async (ms: number) => {
    await until(`a wait of ${ms} ms`, () => clock.pending().includes(ms));
    await clock.advance(ms);
  };
  const receiver = await startNodeReceiver({
    port: 0,
    dataDir: directory.path,
    secrets: [SECRET],
    clock,
    log: lineLog(lines),
    ...(audit && { audit }),
    ...more,
  });
  onTestFinished(receiver.close);
  await deliver(receiver.url, postStart({ key: 'kept' }));
  await eventually(receiver.auditRows, ([first]) => first?.runs.length === 2);
  return { receiver, clock, pass, lines, directory: directory.path };
}

it('checkpoints are written by the clock, again and again', async () => {
  const { path, remove } = await makeTemporaryDirectory();
  onTestFinished(remove);
  const place = { kind: 'directory', directory: path } as const;
  const { receiver, pass } = await start({
    retentionMs: null,
    everyMs: EVERY_MS,
    checkpoints: { secret: SECRET, place },
  });
  const files = async () => {
    const [stream] = await readdir(path);
    return stream === undefined ? [] : readdir(join(path, stream));
  };
  await pass(EVERY_MS);
  await eventually(files, (names) => names.filter((name) => name.endsWith('.json')).length === 1);
  await deliver(receiver.url, postStart({ key: 'another' }));
  await eventually(
    receiver.auditRows,
    (rows) => rows.length === 2 && rows.every(({ runs }) => runs.length === 2),
  );
  await pass(EVERY_MS);
  await eventually(files, (names) => names.filter((name) => name.endsWith('.json')).length === 2);
});

it('the retention removes by the clock what is too old', async () => {
  const { receiver, pass } = await start({
    retentionMs: 10 * MINUTE_MS,
    everyMs: 6 * MINUTE_MS,
    checkpoints: null,
  });
  await pass(6 * MINUTE_MS);
  expect(await receiver.auditRows()).toHaveLength(1);
  await pass(6 * MINUTE_MS);
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
  const { receiver, pass } = await start({
    retentionMs: null,
    everyMs: EVERY_MS,
    checkpoints: { secret: SECRET, place },
  });
  await pass(EVERY_MS);
  await bucket.received(1);
  expect((await deliver(receiver.url, postStart({ key: 'meanwhile' }))).status).toBe(202);
  const closing = receiver.close();
  await pass(5_000);
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

it.each([
  ['a secret', () => ({ secrets: ['whsec_c2hvcnQ='] })],
  ['a TLS file', () => ({ tls: { certFile: '/nowhere/tls.crt', keyFile: '/nowhere/tls.key' } })],
  ['a handler', () => ({ registerHandlers: () => Promise.reject(new Error('no')) })],
  ['the port', (taken: number) => ({ port: taken })],
])('a receiver that cannot start for %s keeps no way out open, and no directory', async (what, wrong) => {
  const { path, remove } = await makeTemporaryDirectory();
  onTestFinished(remove);
  const other = await startReceiver();
  const options = { port: 0, dataDir: path, secrets: [SECRET] };
  const opened: OutboundFetch[] = [];
  const started = startNodeReceiver({ ...options, ...wrong(Number(new URL(other.url).port)) }, (proxyFor) => {
    const outbound = createOutboundFetch(proxyFor);
    opened.push(outbound);
    return outbound;
  });
  await expect(started).rejects.toThrow();
  // TLS files are looked at before anything is opened.
  expect(opened).toHaveLength(what === 'a TLS file' ? 0 : 1);
  for (const outbound of opened) {
    await expect(outbound.fetch(other.url)).rejects.toMatchObject({
      cause: { code: expect.stringMatching(/^UND_ERR_(CLOSED|DESTROYED)$/) },
    });
  }
  expect(other.requests).toEqual([]);
  await (await startNodeReceiver(options)).close();
});
