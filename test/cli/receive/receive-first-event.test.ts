import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { receive, urlOf, writeReceiverConfig } from '../support/receive-process.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const page = readFileSync(join(ROOT, 'docs/deploy-receiver.md'), 'utf8');

it('the commands of the documentation send a first event', async () => {
  const setup = writeReceiverConfig();
  writeFileSync(join(setup.directory, 'bridge.secret'), `${setup.env.SIGNING_SECRET}\n`);
  const receiver = receive(setup);
  const url = await urlOf(receiver);
  const [, snippet = ''] = /```sh\n(URL=.*?)```/s.exec(page) ?? [];
  const commands = snippet
    .replace(/^URL=.*$/m, `URL=${url}`)
    .replace('docs/first-event.json', join(ROOT, 'docs/first-event.json'));
  const send = () => promisify(execFile)('sh', ['-ec', commands], { cwd: setup.directory });
  expect((await send()).stdout).toMatch(/ 202 [\s\S]*"status":"stored"/);
  expect((await send()).stdout).toMatch(/ 200 [\s\S]*"status":"duplicate"/);
  await receiver.says(/"handler":"audit".*"outcome":"completed"/);
});
