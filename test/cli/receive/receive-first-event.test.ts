import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startOffhook } from '../../support/offhook-process.ts';
import { receive, urlOf, writeReceiverConfig } from '../support/receive-process.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const page = readFileSync(join(ROOT, 'docs/deploy-receiver.md'), 'utf8');

it('the command of the documentation sends a first event, and says what it shows', async () => {
  const setup = writeReceiverConfig();
  const secret = join(setup.directory, 'bridge.secret');
  writeFileSync(secret, `${setup.env.SIGNING_SECRET}\n`);
  const receiver = receive(setup);
  const url = await urlOf(receiver);
  const [, words = ''] = /```sh\nnpm run -s offhook -- (send .*)\n```/.exec(page) ?? [];
  const argv = words.replace('http://127.0.0.1:8787', url).replace('bridge.secret', secret).split(' ');
  const sent = startOffhook(argv);
  const { code, stdout } = await sent.ended();
  expect(code).toBe(0);
  const [, shown = ''] = /\n202 stored in \d+ ms: (.*)\n/.exec(page) ?? [];
  expect(shown).not.toBe('');
  expect(stdout).toContain(shown);
  await receiver.says(/"handler":"audit".*"outcome":"completed"/);
});
