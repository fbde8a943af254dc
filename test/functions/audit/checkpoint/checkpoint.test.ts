import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Miniflare } from 'miniflare';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readCheckpoints } from '../../../../cli/audit/read-checkpoints.ts';
import {
  type Checkpoint,
  isSignedCheckpoint,
  parseCheckpoint,
  signCheckpoint,
} from '../../../../functions/audit/checkpoint/checkpoint.ts';
import { checkpointKey } from '../../../../functions/audit/checkpoint/checkpoint-key.ts';
import { createCheckpointKeys } from '../../../../functions/audit/checkpoint/checkpoint-keys.ts';
import type { CheckpointSink } from '../../../../functions/audit/checkpoint/checkpoint-sink.ts';
import {
  type MaintainAuditDeps,
  maintainAudit,
} from '../../../../functions/audit/checkpoint/maintain-audit.ts';
import { createS3Sink } from '../../../../functions/audit/checkpoint/s3-sink.ts';
import { verifyCheckpoints } from '../../../../functions/audit/checkpoint/verify-checkpoints.ts';
import { type CheckpointBucket, createR2Sink } from '../../../../functions/platforms/cloudflare/r2-sink.ts';
import { createDirectorySink } from '../../../../functions/platforms/node/directory-sink.ts';
import { eventFacts } from '../../../../functions/timeline/event-facts.ts';
import { generateSecret } from '../../../../protocol/signature/keygen.ts';
import { SecretError } from '../../../../protocol/signature/secret-error.ts';
import { createSigner } from '../../../../protocol/signature/sign.ts';
import { createVerifier } from '../../../../protocol/signature/verify.ts';
import { temporaryDirectory } from '../../../support/journal-directory.ts';
import { createWallClock } from '../../../support/wall-clock.ts';
import { openAuditFile, recordEvent, recordEvents, STREAM } from '../../support/audit-chain.ts';
import { S3_CREDENTIALS, S3_REGION, startCheckpointBucket } from '../../support/checkpoint-bucket.ts';
import { lineLog } from '../../support/line-log.ts';
import { postStart } from '../../support/sample-events.ts';
import { SECRET } from '../../support/signed-post.ts';

const OTHER_SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const CHECKPOINT: Checkpoint = {
  version: 1,
  stream: STREAM,
  position: 812,
  hash: 'ab'.repeat(32),
  atMs: 1_795_357_441_789,
  previousCheckpointSha256: null,
};
const bytesOf = (text: string) => new TextEncoder().encode(text);

async function startR2(): Promise<CheckpointBucket> {
  const miniflare = new Miniflare({
    modules: true,
    script: 'export default { fetch: () => new Response() }',
    r2Buckets: ['CHECKPOINTS'],
    cf: false,
  });
  onTestFinished(() => miniflare.dispose());
  return (await miniflare.getR2Bucket('CHECKPOINTS')) as unknown as CheckpointBucket;
}

async function startS3() {
  const server = await startCheckpointBucket();
  const credentials = async () => S3_CREDENTIALS;
  const { bucketUrl } = server;
  const options = {
    bucketUrl,
    region: S3_REGION,
    prefix: 'trail/',
    credentials,
    fetch,
    clock: createWallClock(() => CHECKPOINT.atMs),
  };
  return { ...server, options, sink: createS3Sink(options) };
}

const SINKS: readonly (readonly [string, () => Promise<CheckpointSink>])[] = [
  ['a directory', async () => createDirectorySink(join(temporaryDirectory(), 'new', 'checkpoints'))],
  ['an R2 bucket in workerd', async () => createR2Sink(await startR2(), 'trail/')],
  ['a bucket that speaks S3', async () => (await startS3()).sink],
];

describe.each(SINKS)('checkpoints in %s', (_name, open) => {
  it('are kept, and the one with the highest position is the latest', async () => {
    const sink = await open();
    expect(await sink.latest(STREAM)).toBeNull();
    for (const position of [9, 10, 812, 99, 5]) {
      expect(await sink.put(STREAM, position, bytesOf(`at ${position}`))).toBe('stored');
    }
    expect(await sink.latest(STREAM)).toEqual({ position: 812, bytes: bytesOf('at 812') });
  });

  it('are never overwritten', async () => {
    const sink = await open();
    expect(await sink.put(STREAM, 7, bytesOf('first'))).toBe('stored');
    expect(await sink.put(STREAM, 7, bytesOf('second'))).toBe('exists');
    expect(await sink.latest(STREAM)).toEqual({ position: 7, bytes: bytesOf('first') });
  });

  it('of streams with like names are kept apart', async () => {
    const sink = await open();
    const streams = [
      'urn:offhook:cluster:a',
      'urn:offhook:cluster:a/b',
      'urn_3aoffhook',
      'urn:offhook:cluster:ä ?#%',
    ];
    for (const stream of streams) await sink.put(stream, 1, bytesOf(stream));
    for (const stream of streams)
      expect(await sink.latest(stream)).toEqual({ position: 1, bytes: bytesOf(stream) });
    expect(await sink.latest('urn:offhook:cluster:')).toBeNull();
  });

  it('attest a growing chain', async () => {
    const { maintain, file } = await openCare({ sink: await open() });
    await recordEvents(file, ['one', 'two']);
    expect(await maintain()).toMatchObject([{ checkpoint: { kind: 'written', position: 4 }, failure: null }]);
    expect(await maintain()).toMatchObject([
      { checkpoint: { kind: 'unchanged', position: 4 }, failure: null },
    ]);
    await recordEvents(file, ['three']);
    expect(await maintain()).toMatchObject([{ checkpoint: { kind: 'written', position: 6 }, failure: null }]);
  });
});

it('a directory holds nothing but whole checkpoints, also after a clash', async () => {
  const directory = temporaryDirectory();
  const sink = createDirectorySink(directory);
  const outcomes = await Promise.all(['a', 'b', 'c', 'd'].map((text) => sink.put(STREAM, 1, bytesOf(text))));
  expect(outcomes.toSorted()).toEqual(['exists', 'exists', 'exists', 'stored']);
  expect(readdirSync(directory, { recursive: true }).sort()).toEqual([
    'urn_3aoffhook_3acluster_3ac0ffee',
    join('urn_3aoffhook_3acluster_3ac0ffee', '0000000000000001.json'),
  ]);
});

it('an S3 bucket is asked as it wants to be', async () => {
  const { sink, requests, objects, failWith, options } = await startS3();
  await sink.put(STREAM, 812, bytesOf('text'));
  await sink.latest(STREAM);
  expect([...objects.keys()]).toEqual([`trail/${checkpointKey(STREAM, 812)}`]);
  expect(requests).toEqual([
    'PUT /bucket/trail/urn_3aoffhook_3acluster_3ac0ffee/0000000000000812.json',
    'GET /bucket/?list-type=2&encoding-type=url&max-keys=1000&prefix=trail%2Furn_3aoffhook_3acluster_3ac0ffee%2F',
    'GET /bucket/trail/urn_3aoffhook_3acluster_3ac0ffee/0000000000000812.json',
  ]);
  failWith(503);
  await expect(sink.put(STREAM, 1, bytesOf('x'))).rejects.toThrow(
    'the bucket of the checkpoints does not take a checkpoint: the store answered 503: no code',
  );
  await expect(sink.latest(STREAM)).rejects.toThrow('cannot be listed: the store answered 503: no code');
  failWith(null);
  const wrong = async () => ({ ...S3_CREDENTIALS, secretAccessKey: 'another' });
  const denied = createS3Sink({ ...options, credentials: wrong });
  await expect(denied.put(STREAM, 1, bytesOf('x'))).rejects.toThrow('the store answered 403: AccessDenied');
});

it.each([
  [{ bucketUrl: 'ftp://bucket' }, /http\(s\)/],
  [{ bucketUrl: 'https://user:secret@bucket' }, /without a user/],
  [{ prefix: 'a b' }, /the prefix of checkpoints/],
])('an S3 bucket given as %j is refused at once', (wrong, message) => {
  const options = {
    bucketUrl: 'https://bucket',
    region: S3_REGION,
    credentials: async () => S3_CREDENTIALS,
    fetch,
    clock: createWallClock(() => CHECKPOINT.atMs),
  };
  expect(() => createS3Sink({ ...options, ...wrong })).toThrow(message);
});

describe('a checkpoint', () => {
  it('is signed as its documentation says', async () => {
    const bytes = await signCheckpoint(CHECKPOINT, await createSigner([SECRET]));
    const text = new TextDecoder().decode(bytes);
    const { signature, ...fields } = JSON.parse(text);
    const key = await crypto.subtle.importKey(
      'raw',
      Buffer.from(SECRET.slice('whsec_'.length), 'base64'),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['sign'],
    );
    const signed = bytesOf(`offhook-audit-checkpoint-v1.1795357441.${JSON.stringify(fields)}`);
    const mac = Buffer.from(await crypto.subtle.sign('HMAC', key, signed)).toString('base64');
    expect(fields).toEqual(CHECKPOINT);
    expect(signature).toBe(`v1,${mac}`);
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('is read back, and verified by its key alone', async () => {
    const bytes = await signCheckpoint(CHECKPOINT, await createSigner([SECRET]));
    const read = parseCheckpoint(bytes);
    expect(read).toMatchObject(CHECKPOINT);
    if (read === null) throw new Error('it could not be read');
    expect(await isSignedCheckpoint(read, await createVerifier({ keys: [OTHER_SECRET, SECRET] }))).toBe(true);
    expect(await isSignedCheckpoint(read, await createVerifier({ keys: [OTHER_SECRET] }))).toBe(false);
    const verifier = await createVerifier({ keys: [SECRET] });
    for (const change of [
      { stream: 'x' },
      { position: 813 },
      { hash: 'cd'.repeat(32) },
      { atMs: CHECKPOINT.atMs + 1 },
      { previousCheckpointSha256: 'ab'.repeat(32) },
    ]) {
      expect(await isSignedCheckpoint({ ...read, ...change }, verifier)).toBe(false);
    }
  });

  it.each([
    ['empty', () => ''],
    ['no JSON', (text: string) => text.slice(1)],
    ['without its line end', (text: string) => text.trimEnd()],
    ['with a space more', (text: string) => text.replace(':', ': ')],
    ['with a field more', (text: string) => text.replace('{', '{"note":1,')],
    ['of another version', (text: string) => text.replace('"version":1', '"version":2')],
    ['with a field twice', (text: string) => text.replace('{', '{"version":1,')],
    ['too large', (text: string) => text + ' '.repeat(5_000)],
  ])('that is %s is none', async (_what, change) => {
    const text = new TextDecoder().decode(await signCheckpoint(CHECKPOINT, await createSigner([SECRET])));
    expect(parseCheckpoint(bytesOf(change(text)))).toBeNull();
  });
});

describe('a set of checkpoints', () => {
  async function threeRounds() {
    const directory = temporaryDirectory();
    const { file, maintain } = await openCare({ sink: createDirectorySink(directory) });
    for (const key of ['one', 'two', 'three']) {
      await recordEvents(file, [key]);
      await maintain();
    }
    const folder = join(directory, 'urn_3aoffhook_3acluster_3ac0ffee');
    const verdict = async () =>
      verifyCheckpoints(readCheckpoints(directory), await createVerifier({ keys: [SECRET] }));
    return {
      verdict,
      path: (position: number) => join(folder, `${String(position).padStart(16, '0')}.json`),
    };
  }

  it('is verified when each names the one before', async () => {
    const { verdict } = await threeRounds();
    const found = await verdict();
    if (found.kind === 'broken') throw new Error(found.fault.what);
    expect(found.byStream.get(STREAM)?.map(({ position }) => position)).toEqual([2, 4, 6]);
  });

  it('may lose its oldest ones, but none in between', async () => {
    const { verdict, path } = await threeRounds();
    rmSync(path(2));
    expect(await verdict()).toMatchObject({ kind: 'verified' });
    const again = await threeRounds();
    rmSync(again.path(4));
    expect(await again.verdict()).toMatchObject({
      fault: {
        kind: 'badCheckpoint',
        position: 6,
        what: expect.stringMatching(/0006\.json: the checkpoint before it/),
      },
    });
  });

  it('is not verified with one that was changed, or put elsewhere', async () => {
    const { verdict, path } = await threeRounds();
    const text = readFileSync(path(4), 'utf8');
    writeFileSync(path(4), text.replace('"position":4', '"position":5'));
    expect(await verdict()).toMatchObject({
      fault: { what: expect.stringMatching(/its signature does not match/) },
    });
    writeFileSync(path(4), 'nonsense');
    expect(await verdict()).toMatchObject({
      fault: { what: expect.stringMatching(/it is not a checkpoint/) },
    });
    writeFileSync(path(4), text);
    writeFileSync(path(7), text);
    expect(await verdict()).toMatchObject({
      fault: { what: expect.stringMatching(/the checkpoint for position 4, under another name/) },
    });
  });
});

/** An audit trail in a file, its second place, and one round of care for it. */
async function openCare(given: Partial<MaintainAuditDeps> & { readonly sink?: CheckpointSink } = {}) {
  const dataDir = temporaryDirectory();
  const file = openAuditFile(dataDir);
  onTestFinished(file.close);
  const { sink = createDirectorySink(temporaryDirectory()), ...replaced } = given;
  const lines: string[] = [];
  const deps: MaintainAuditDeps = {
    reader: file.reader,
    prune: file.trail.prune,
    checkpoints: { sink, ...(await createCheckpointKeys(SECRET)) },
    trustBus: false,
    retentionMs: null,
    clock: file.clock,
    log: lineLog(lines),
    ...replaced,
  };
  const tamper = (statement: string) => {
    const database = new DatabaseSync(join(dataDir, 'receiver.db'));
    database.exec(`DROP TRIGGER IF EXISTS audit_never_changed; ${statement}`);
    database.close();
  };
  return {
    file,
    sink,
    lines,
    tamper,
    signer: await createSigner([SECRET]),
    maintain: (other = {}) => maintainAudit({ ...deps, ...other }),
  };
}

/** What somebody who can write to the second place may leave there as the newest checkpoint. */
const FORGERIES: readonly (readonly [
  string,
  RegExp,
  (genuine: Uint8Array) => Promise<[number, Uint8Array]>,
])[] = [
  [
    'one without a signature',
    /is not one of this stream/,
    async (genuine) => [4, changedText(genuine, (text) => text.replace(/,"signature":"[^"]*"/, ''))],
  ],
  [
    'one with an empty signature',
    /is not one of this stream/,
    async (genuine) => [
      4,
      changedText(genuine, (text) => text.replace(/"signature":"[^"]*"/, '"signature":""')),
    ],
  ],
  [
    'one with a signature that is made up',
    /for position 4, is not signed with the key given/,
    async () => [4, await signCheckpoint({ ...CHECKPOINT, position: 4 }, await createSigner([OTHER_SECRET]))],
  ],
  [
    'a genuine one with another hash',
    /for position 9, is not signed with the key given/,
    async (genuine) => [
      9,
      changedText(genuine, (text) =>
        text
          .replace('"position":2', '"position":9')
          .replace(/"hash":"\w{64}"/, `"hash":"${'ab'.repeat(32)}"`),
      ),
    ],
  ],
  [
    'an older one under a newer name',
    /for position 9, is the one for position 2 under another name/,
    async (genuine) => [9, genuine],
  ],
  [
    'one of another stream',
    /is not one of this stream/,
    async () => [
      9,
      await signCheckpoint(
        { ...CHECKPOINT, position: 9, stream: 'urn:offhook:cluster:other' },
        await createSigner([SECRET]),
      ),
    ],
  ],
  ['no checkpoint', /is not one of this stream/, async () => [9, bytesOf('nonsense')]],
  ['megabytes', /is not one of this stream/, async () => [9, new Uint8Array(3_000_000)]],
];

function changedText(bytes: Uint8Array, change: (text: string) => string): Uint8Array {
  const text = new TextDecoder().decode(bytes);
  const other = change(text);
  if (other === text) throw new Error('nothing was changed');
  return bytesOf(other);
}

/** A chain that says something else from position 3 on, every hash of it right. */
const REWRITE = 'DELETE FROM audit_records WHERE position > 2';

describe.each(SINKS)('a forged checkpoint in %s', (_name, open) => {
  it.each(FORGERIES)(
    'that is %s is never continued: nothing is signed, nothing removed',
    async (_what, why, forge) => {
      const sink = await open();
      const { file, maintain, tamper, lines } = await openCare({ sink });
      await recordEvents(file, ['one']);
      await maintain();
      const genuine = (await sink.latest(STREAM))?.bytes ?? new Uint8Array();
      await recordEvents(file, ['two', 'three']);
      // What the forger wants to have signed.
      tamper(REWRITE);
      await recordEvents(file, ['five', 'six']);
      const [position, bytes] = await forge(genuine);
      await sink.put(STREAM, position, new Uint8Array(bytes));
      for (let round = 0; round < 2; round += 1) {
        expect(await maintain({ retentionMs: 1 })).toMatchObject([
          { checkpoint: null, removed: 0, failure: expect.stringMatching(why) },
        ]);
      }
      expect((await sink.latest(STREAM))?.position).toBe(position);
      expect(lines.at(-1)).toMatch(
        /^the audit trail needs attention .*nothing is signed or removed before somebody has/,
      );
    },
  );

  it('does not keep other streams from their turn, and is done with once it is gone', async () => {
    const sink = await open();
    const { file, maintain } = await openCare({ sink });
    const other = 'urn:offhook:cluster:other';
    await recordEvents(file, ['one']);
    await recordEvent(file, { ...postStart({ key: 'elsewhere' }), source: other });
    await sink.put(other, 1, bytesOf('nonsense'));
    expect(await maintain()).toMatchObject([
      { stream: STREAM, checkpoint: { kind: 'written', position: 2 } },
      { stream: other, failure: expect.stringMatching(/is not one of this stream/) },
    ]);
    const fresh = { sink: await open(), ...(await createCheckpointKeys(SECRET)) };
    expect(await maintain({ checkpoints: fresh })).toMatchObject([
      { checkpoint: { kind: 'written', first: true } },
      { checkpoint: { kind: 'written', first: true } },
    ]);
  });

  it('is told from files that are none, which are passed over', async () => {
    const sink = await open();
    await sink.put(STREAM, 3, bytesOf('third'));
    // Longer than a position, so that its name is none of a checkpoint, and the last one in order.
    await sink.put(STREAM, 10 ** 17, bytesOf('foreign'));
    expect(await sink.latest(STREAM)).toEqual({ position: 3, bytes: bytesOf('third') });
  });
});

describe('the second place', () => {
  it('that was emptied or set back is noticed by the process that knew more', async () => {
    const directory = temporaryDirectory();
    const folder = join(directory, 'urn_3aoffhook_3acluster_3ac0ffee');
    const path = (position: number) => join(folder, `${String(position).padStart(16, '0')}.json`);
    const remembered = new Map();
    const checkpoints = {
      sink: createDirectorySink(directory),
      remembered,
      ...(await createCheckpointKeys(SECRET)),
    };
    const { file, maintain } = await openCare();
    await recordEvents(file, ['one']);
    await maintain({ checkpoints });
    await recordEvents(file, ['two']);
    await maintain({ checkpoints });
    const newest = readFileSync(path(4));
    rmSync(path(4));
    await recordEvents(file, ['three']);
    const gone = /the checkpoint for position 4 is not in the second place any more/;
    expect(await maintain({ checkpoints })).toMatchObject([{ failure: expect.stringMatching(gone) }]);
    rmSync(path(2));
    expect(await maintain({ checkpoints })).toMatchObject([{ failure: expect.stringMatching(gone) }]);
    const head = (await file.reader.chain(STREAM, { after: 3, limit: 1 }))[0]?.hash ?? '';
    const other = { ...CHECKPOINT, position: 4, hash: head };
    writeFileSync(path(4), await signCheckpoint(other, await createSigner([SECRET])));
    expect(await maintain({ checkpoints })).toMatchObject([
      { failure: expect.stringMatching(/for position 4 is another one than before/) },
    ]);
    writeFileSync(path(4), newest);
    expect(await maintain({ checkpoints })).toMatchObject([{ checkpoint: { kind: 'written', position: 6 } }]);
  });

  it('in which somebody else was faster is compared, not believed', async () => {
    const { file, maintain, sink } = await openCare();
    await recordEvents(file, ['one', 'two']);
    const [last] = await file.reader.chain(STREAM, { after: 3, limit: 1 });
    for (const [hash, outcome] of [
      ['ab'.repeat(32), { kind: 'broken', fault: { kind: 'rewritten', position: 4 } }],
      [last?.hash ?? '', { kind: 'unchanged', position: 4, complete: true }],
    ] as const) {
      const racing = await signCheckpoint({ ...CHECKPOINT, position: 4, hash }, await createSigner([SECRET]));
      const asked = { latest: 0 };
      const raced: CheckpointSink = {
        put: async () => 'exists',
        latest: async () => (asked.latest++ === 0 ? null : { position: 4, bytes: racing }),
      };
      const checkpoints = { sink: raced, ...(await createCheckpointKeys(SECRET)) };
      expect(await maintain({ checkpoints })).toMatchObject([{ checkpoint: outcome }]);
    }
    expect(await sink.latest(STREAM)).toBeNull();
  });

  it('goes on under another key when the former one is named too', async () => {
    const { file, maintain, sink } = await openCare();
    await recordEvents(file, ['one']);
    await maintain();
    await recordEvents(file, ['two']);
    const { secret, publicKey = '' } = await generateSecret('v1a');
    const rotated = async (text: string) =>
      maintain({ checkpoints: { sink, ...(await createCheckpointKeys(text)) } });
    expect(await rotated(secret)).toMatchObject([
      { failure: expect.stringMatching(/is not signed with the key given/) },
    ]);
    expect(await rotated(`${secret}\n${SECRET}`)).toMatchObject([
      { checkpoint: { kind: 'written', position: 4 } },
    ]);
    await recordEvents(file, ['three']);
    expect(await rotated(`${OTHER_SECRET} ${publicKey}`)).toMatchObject([
      { checkpoint: { kind: 'written', position: 6 } },
    ]);
    for (const wrong of ['', publicKey, `${secret} nonsense`, Array(9).fill(SECRET).join(' ')]) {
      await expect(createCheckpointKeys(wrong)).rejects.toThrow(SecretError);
    }
  });

  it('is not signed for when an event was recorded that nobody signed, unless a bus brings such', async () => {
    const { file, maintain } = await openCare();
    await recordEvents(file, ['one']);
    const event = postStart({ key: 'made up' });
    const circumstances = {
      receivedAtMs: 1,
      recordedAtMs: 1,
      attempt: 1,
      bodySha256: 'ab'.repeat(32),
      signed: null,
    };
    await file.trail.append({ facts: eventFacts(event, circumstances), body: new Uint8Array(1) });
    expect(await maintain()).toMatchObject([
      { checkpoint: { kind: 'broken', fault: { kind: 'unsigned', position: 3 } } },
    ]);
    expect(await maintain({ trustBus: true })).toMatchObject([
      { checkpoint: { kind: 'written', position: 3 } },
    ]);
  });
});

describe('maintaining the audit trail', () => {
  const RETENTION = { retentionMs: 1_500 };

  it('removes what is older than the retention, after it was attested', async () => {
    const order: string[] = [];
    const { file, sink, maintain } = await openCare();
    await recordEvents(file, ['one', 'two', 'three', 'four']);
    const told: CheckpointSink = {
      ...sink,
      put: async (...given) => {
        order.push('put');
        return sink.put(...given);
      },
    };
    const prune = async (...given: Parameters<typeof file.trail.prune>) => {
      order.push('prune');
      return file.trail.prune(...given);
    };
    const checkpoints = { sink: told, ...(await createCheckpointKeys(SECRET)) };
    expect(await maintain({ ...RETENTION, prune, checkpoints })).toMatchObject([
      {
        stream: STREAM,
        checkpoint: { kind: 'written', position: 8, complete: true },
        removed: 4,
        failure: null,
      },
    ]);
    expect(order).toEqual(['put', 'prune']);
    // The next round signs the record of the removal, and the chain that begins later.
    expect(await maintain(RETENTION)).toMatchObject([
      { checkpoint: { kind: 'written', position: 9 }, removed: 0 },
    ]);
    file.setNow(file.clock.nowMs() + 10_000);
    await recordEvents(file, ['five']);
    expect(await maintain(RETENTION)).toMatchObject([
      { checkpoint: { position: 11 }, removed: 5, failure: null },
    ]);
    expect(await maintain(RETENTION)).toMatchObject([{ checkpoint: { kind: 'written' }, failure: null }]);
  });

  it('goes on when the records of the last checkpoint are gone', async () => {
    const { file, maintain, signer } = await openCare();
    await recordEvents(file, ['one']);
    await maintain();
    file.setNow(file.clock.nowMs() + 60_000);
    await recordEvents(file, ['two', 'three']);
    expect(await file.trail.prune(STREAM, file.clock.nowMs() - RETENTION.retentionMs, signer)).toBe(2);
    expect(await maintain()).toMatchObject([{ checkpoint: { kind: 'written', position: 7 }, failure: null }]);
  });

  it('signs for a removal that was announced before there was a key, and for none after that', async () => {
    const { file, maintain, sink } = await openCare();
    await recordEvents(file, ['one', 'two', 'three']);
    const unsigned = { ...RETENTION, checkpoints: null };
    expect(await maintain(unsigned)).toMatchObject([{ checkpoint: null, removed: 2 }]);
    expect(await maintain()).toMatchObject([{ checkpoint: { kind: 'written', position: 7 }, failure: null }]);
    file.setNow(file.clock.nowMs() + 60_000);
    await recordEvents(file, ['four']);
    expect(await maintain(unsigned)).toMatchObject([{ removed: 5 }]);
    const failure = expect.stringMatching(
      /position 10 \(badRetention\): no signature of the key of the checkpoints/,
    );
    expect(await maintain()).toMatchObject([{ checkpoint: { kind: 'broken' }, removed: 0, failure }]);
    expect((await sink.latest(STREAM))?.position).toBe(7);
  });

  it('removes nothing while the second place cannot be reached, and says so', async () => {
    const { file, maintain, lines } = await openCare();
    await recordEvents(file, ['one', 'two', 'three']);
    const sink: CheckpointSink = {
      put: async () => 'stored',
      latest: async () => {
        throw new Error('the bucket of the checkpoints cannot be listed: HTTP 503');
      },
    };
    const checkpoints = { sink, ...(await createCheckpointKeys(SECRET)) };
    const failure = 'the bucket of the checkpoints cannot be listed: HTTP 503';
    expect(await maintain({ ...RETENTION, checkpoints })).toMatchObject([
      { checkpoint: null, removed: 0, failure },
    ]);
    expect(lines).toEqual([expect.stringContaining(failure)]);
    expect(await file.reader.chain(STREAM, { after: 0, limit: 10 })).toHaveLength(6);
  });

  it.each([
    ['edited', `UPDATE audit_records SET content = replace(content, 'web', 'bew') WHERE position = 5`, 5],
    ['missing', 'DELETE FROM audit_records WHERE position = 5', 5],
    [
      'rewritten',
      `UPDATE audit_records SET hash = replace(hash, substr(hash, 1, 1), '-') WHERE position = 4`,
      4,
    ],
    ['truncated', 'DELETE FROM audit_records WHERE position > 2', 4],
  ])('signs nothing and removes nothing once the chain is %s', async (kind, statement, position) => {
    const { file, sink, maintain, tamper } = await openCare();
    await recordEvents(file, ['one', 'two']);
    await maintain();
    const before = await sink.latest(STREAM);
    await recordEvents(file, ['three', 'four']);
    tamper(statement);
    expect(await maintain(RETENTION)).toMatchObject([
      {
        checkpoint: { kind: 'broken', fault: { kind, position } },
        removed: 0,
        failure: expect.stringContaining(kind),
      },
    ]);
    expect(await sink.latest(STREAM)).toEqual(before);
  });

  it('gives every stream its turn, also beside a broken one', async () => {
    const { file, maintain, tamper } = await openCare();
    const other = 'urn:offhook:cluster:other';
    await recordEvents(file, ['one', 'two']);
    await recordEvent(file, { ...postStart({ key: 'elsewhere' }), source: other });
    tamper(`UPDATE audit_records SET content = '{}' WHERE stream = '${STREAM}' AND position = 2`);
    expect(await maintain()).toMatchObject([
      { stream: STREAM, checkpoint: { kind: 'broken' } },
      { stream: other, checkpoint: { kind: 'written', position: 2 }, failure: null },
    ]);
  });

  it('catches up with a long chain in bounded rounds, and removes nothing before', async () => {
    const { file, maintain } = await openCare();
    await recordEvents(file, ['one', 'two', 'three', 'four', 'five']);
    const bounded = { ...RETENTION, maxRecords: 4 };
    const failure = (position: number) => `verified up to position ${position}, the rest is to follow`;
    expect(await maintain(bounded)).toMatchObject([
      { checkpoint: { position: 4 }, removed: 0, failure: failure(4) },
    ]);
    expect(await maintain(bounded)).toMatchObject([
      { checkpoint: { position: 8 }, removed: 0, failure: failure(8) },
    ]);
    expect(await maintain(bounded)).toMatchObject([
      { checkpoint: { position: 10 }, removed: 6, failure: null },
    ]);
  });

  it('refuses to go on from a checkpoint that it cannot read', async () => {
    const { file, sink, maintain } = await openCare();
    await recordEvents(file, ['one']);
    await sink.put(STREAM, 1, bytesOf('nonsense'));
    expect(await maintain(RETENTION)).toMatchObject([
      {
        removed: 0,
        failure: expect.stringMatching(/the newest checkpoint, for position 1, is not one of this stream/),
      },
    ]);
  });

  it('does nothing where there is no record', async () => {
    const { maintain } = await openCare();
    expect(await maintain(RETENTION)).toEqual([]);
  });
});
