import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { answerMeaning } from '../../../cli/send/answer-meaning.ts';
import { type NodeReceiver, startNodeReceiver } from '../../../functions/platforms/node/start-receiver.ts';
import { SAMPLE_NAMES } from '../../../protocol/sample/sample-data.ts';
import { generateSecret } from '../../../protocol/signature/keygen.ts';
import { SECRET } from '../../functions/support/signed-post.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { runHere } from '../../support/run-here.ts';

const BOUND = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const UID = '0b2c63a2-5a0f-4d3e-9c3b-1f6f3a0f9f11';
const env = { OFFHOOK_SIGNING_SECRET: SECRET };

const data = mkdtempSync(join(tmpdir(), 'offhook-send-'));
let receiver: NodeReceiver;
let bound: NodeReceiver;

const startReceiver = (name: string, secrets: readonly string[]) =>
  startNodeReceiver({ port: 0, dataDir: join(data, name), secrets });

beforeAll(async () => {
  receiver = await startReceiver('any', [SECRET]);
  bound = await startReceiver('bound', [`${UID}=${BOUND}`]);
});
afterAll(async () => {
  await receiver.close();
  await bound.close();
  rmSync(data, { recursive: true });
});

const to = (at: NodeReceiver): string[] => ['send', '--to', `${at.url}/events`];

/** A server that answers every request so. */
async function answering(status: number, body: string | null): Promise<string> {
  const server = createServer((_, response) => {
    if (body !== null) response.writeHead(status).end(body);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
}

describe('offhook send', () => {
  it.each(SAMPLE_NAMES)('sends a %s that a receiver stores', async (hook) => {
    const { code, stdout, stderr } = await runHere([...to(receiver), '--hook', hook], { env });
    expect(stdout).toMatch(
      /^\w+ evt_[a-z2-7]{36} of .+\n202 stored in \d+ ms: it is durable, and its handlers run\n$/,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('reads the secret from a file, and says what it was told to say', async () => {
    const file = join(temporaryDirectory(), 'bridge.secret');
    writeFileSync(file, `${SECRET}\n`);
    const argv = [...to(receiver), '--signing-secret-file', file, '--set', 'pod.namespace=pay', '--json'];
    const { code, stdout } = await runHere([...argv, '--set', 'pod.labels.app.kubernetes.io/name=x']);
    expect(JSON.parse(stdout)).toMatchObject({ taken: true, status: 202, code: 'stored', hook: 'postStop' });
    expect(code).toBe(0);
  });

  it('sends the same event again where it is told who it is', async () => {
    const same = ['--set', `pod.uid=${UID}`, '--set', 'container.id=containerd://a', '--json'];
    await runHere([...to(receiver), ...same], { env });
    const { stdout } = await runHere([...to(receiver), ...same, '--set', 'exit.code=1'], { env });
    expect(JSON.parse(stdout)).toMatchObject({ taken: false, status: 409, code: 'different_bytes' });
  });

  it('names the code of a refusal and what to do, and ends with 1', async () => {
    const { secret } = await generateSecret('v1');
    const { code, stdout } = await runHere(to(receiver), { env: { OFFHOOK_SIGNING_SECRET: secret } });
    expect(stdout).toMatch(/\n401 bad_signature in \d+ ms: .*give both sides the same one\n$/);
    expect(code).toBe(1);
  });

  it('speaks for a cluster whose key it has, and for no other', async () => {
    const own = { OFFHOOK_SIGNING_SECRET: BOUND };
    const refused = await runHere(to(bound), { env: own });
    expect(refused.stdout).toMatch(/\n403 key_not_for_source in \d+ ms: .*--set cluster\.uid=UID/);
    const { code } = await runHere([...to(bound), '--set', `cluster.uid=${UID}`], { env: own });
    expect(code).toBe(0);
  });

  it.each([
    [404, '<h1>canary</h1>', /\n404 in \d+ ms: .*the path of a receiver of Offhook is \/events\n$/],
    [200, 'canary', /\n200 in \d+ ms: taken, in words that are not those/],
    [302, '', /\n302 in \d+ ms: redirects are not followed/],
    [500, '{"error":"canary is no token"}', /\n500 in \d+ ms: the receiver failed/],
    [401, '{"error":"bad_signature","path":"canary \\u001b[2J"}', /\n401 in \d+ ms/],
  ])('says of a %i of anybody what it means, and nothing of its body', async (status, body, message) => {
    const { stdout } = await runHere(['send', '--to', await answering(status, body)], { env });
    expect(stdout).toMatch(message);
    expect(stdout).not.toContain('canary');
  });

  it('gives up in time, and says why nothing came', async () => {
    const silent = await answering(200, null);
    const late = await runHere(['send', '--to', silent, '--timeout', '50ms'], { env });
    expect(late.stdout).toMatch(/\nno answer: timeout 50 ms in \d+ ms/);
    const nobody = await runHere(['send', '--to', 'http://127.0.0.1:1/events'], { env });
    expect(nobody.stdout).toMatch(/no answer: connect ECONNREFUSED in \d+ ms: Nobody listens there/);
    expect([late.code, nobody.code]).toEqual([1, 1]);
  });

  it('prints a curl line that a receiver takes, with the signature and without secrets', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'gateway.token'), 'canary-token');
    const token = ['--bearer-token-file', join(directory, 'gateway.token')];
    const argv = [...to(receiver), ...token, '--print', '--set', "pod.labels.app=it's"];
    const { code, stdout, stderr } = await runHere(argv, { env });
    expect(code).toBe(0);
    expect(stderr).toMatch(/The signature stands in it, .*; the secret does not\./);
    expect(stdout).toMatch(/-H 'webhook-signature: v1,/);
    expect(stdout).not.toMatch(/canary-token|MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw/);
    const curl = async () => (await promisify(execFile)('sh', ['-c', stdout])).stdout;
    expect(await curl()).toMatch(/ 202 [\s\S]*"status":"stored"/);
    expect(await curl()).toMatch(/ 200 [\s\S]*"status":"duplicate"/);
  });
});

describe('a mistake ends with 2, before anything is sent', () => {
  it.each([
    [['--set', 'exit.cod=1'], /--set exit\.cod: this event has no such field; did you mean exit\.code\?/],
    [['--set', 'x=1'], /no such field; there are observation, cluster\.name, .* and pod\.labels\.NAME/],
    [['--set', 'exit.code=many'], /--set exit\.code: data\.exit\.code: expected number/],
    [['--set', 'exit.code'], /--set must be PATH=VALUE/],
    [['--hook', 'poststop'], /--hook must be one of preStart/],
    [['--to', 'ftp://u:canary@h'], /--to must be an http\(s\) URL/],
    [['--signing-secret-file', '/nowhere'], /--signing-secret-file: no such file/],
    [['--signing-secret-env', 'NOBODY'], /variable NOBODY: is not set/],
  ])('%j', async (more, message) => {
    const { code, stdout, stderr } = await runHere([...to(receiver), ...more], { env });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('canary');
  });

  it.each([
    ['', /expected --signing-secret-file FILE, or the secret in OFFHOOK_SIGNING_SECRET/],
    ['whsec_canary', /variable OFFHOOK_SIGNING_SECRET: secret 1 of 1: /],
  ])('a secret %j', async (secret, message) => {
    const given: Record<string, string> = secret === '' ? {} : { OFFHOOK_SIGNING_SECRET: secret };
    const { code, stderr } = await runHere(to(receiver), { env: given });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('canary');
  });
});

it('every answer of a receiver has a meaning', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/wire.md'), 'utf8');
  const [, table = ''] = /^## What the receiver answers\n([\s\S]*?)^### /m.exec(page) ?? [];
  const rows = [...table.matchAll(/^\| (\d{3}) \| ([^|]+) \|/gm)];
  const answers = rows.flatMap(([, status, codes = '']) =>
    [...codes.matchAll(/`([a-z_0-9]+)`/g)].map(([, code = '']) => [Number(status), code] as const),
  );
  expect(answers.length).toBeGreaterThan(25);
  const without = answers.filter(
    ([status, code]) => answerMeaning(status, code) === answerMeaning(status, 'x'),
  );
  expect(without).toEqual([]);
});
