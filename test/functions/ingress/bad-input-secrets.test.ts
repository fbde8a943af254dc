import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { platformAmbient } from '../../../functions/ambient/ambient.ts';
import { createJsonLog } from '../../../functions/ambient/log.ts';
import { createLambdaReceiver } from '../../../functions/platforms/aws/receive.ts';
import { startNodeReceiver } from '../../../functions/platforms/node/start-receiver.ts';
import { functionUrlEvent } from '../platforms/aws/support/function-url-event.ts';
import { SIGNING_SECRET_ARN, startAccount } from '../platforms/aws/support/start-account.ts';
import { goodInput } from '../support/bad-inputs.ts';
import { eventually } from '../support/eventually.ts';
import { TEST_WORKER } from '../support/platforms.ts';
import { SECRET } from '../support/signed-post.ts';
import { startWorker } from '../support/start-worker.ts';
import { makeTemporaryDirectory } from '../support/temporary-directory.ts';

const base64 = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64');

/** Number 24 of the list of bad input: secrets nobody may start with. None of them is ever quoted. */
const BAD_SECRETS = [
  { name: 'an empty one', secret: '' },
  { name: 'white space', secret: ' \n' },
  { name: 'a prefix alone', secret: 'whsec_' },
  { name: 'one byte', secret: `whsec_${base64(1)}` },
  { name: '23 bytes', secret: `whsec_${base64(23)}` },
  { name: '65 bytes', secret: `whsec_${base64(65)}` },
  { name: 'text that is not base64', secret: 'whsec_not*base64*but*long*enough*' },
  // Public keys under which a signature fits every message.
  {
    name: 'the identity',
    secret: 'whpk_AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
  },
  { name: 'all zeros', secret: 'whpk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' },
] as const;
const EXPECTED = /signing secret must be 24-64 bytes|the public key of whpk_ is not usable/;

describe.each(BAD_SECRETS)('24: started with $name as its secret', ({ secret }) => {
  const quoted = secret.trim().slice('whsec_'.length);
  const expectNotQuoted = (text: string) => {
    if (quoted !== '') expect(text).not.toContain(quoted);
  };

  it('the receiver on Node refuses to start, before it touches its directory', async () => {
    const directory = await makeTemporaryDirectory();
    onTestFinished(directory.remove);
    const dataDir = join(directory.path, 'data');
    const starting = startNodeReceiver({ port: 0, dataDir, secrets: [secret] });
    const message = await starting.then(
      () => 'started',
      (error: Error) => error.message,
    );
    expect(message).toMatch(EXPECTED);
    expectNotQuoted(message);
    expect(existsSync(dataDir)).toBe(false);
  });

  it('the receiver in workerd accepts nothing, and its log says why', async () => {
    const lines: string[] = [];
    const onLog = (line: string) => void lines.push(line);
    const receiver = await startWorker({ port: 0, secrets: [secret], entryFile: TEST_WORKER, onLog });
    onTestFinished(receiver.dispose);
    const { target, ...request } = await goodInput('refused');
    const response = await fetch(receiver.url + target, {
      ...request,
      body: Buffer.from(request.body ?? ''),
    });
    const answer = await response.text();
    expect([response.status, JSON.parse(answer).error]).toEqual([500, 'not_configured']);
    const log = await eventually(
      async () => lines.join('\n'),
      (text) => text !== '',
    );
    expect(log).toMatch(EXPECTED);
    expectNotQuoted(log + answer);
  });

  it('the receiver on Lambda accepts nothing, and its log says why', async () => {
    const account = await startAccount({ [SIGNING_SECRET_ARN]: secret });
    onTestFinished(account.close);
    const lines: string[] = [];
    const receive = createLambdaReceiver(
      account.variables,
      platformAmbient({ log: createJsonLog((_, line) => void lines.push(line)) }),
    );
    const answer = await receive(functionUrlEvent(await goodInput('refused')));
    expect([answer.statusCode, JSON.parse(answer.body ?? '').error]).toEqual([500, 'not_configured']);
    expect(lines.join('\n')).toMatch(EXPECTED);
    expectNotQuoted(lines.join('\n') + answer.body);
  });
});

it('24: a bad secret beside a good one is named by its position', async () => {
  const directory = await makeTemporaryDirectory();
  onTestFinished(directory.remove);
  const secrets = [SECRET, 'whsec_AA=='];
  const starting = startNodeReceiver({ port: 0, dataDir: join(directory.path, 'data'), secrets });
  await expect(starting).rejects.toThrow(/^key 2 of 2: signing secret must be 24-64 bytes.*got 1 byte$/);
});
