import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { receive, urlOf, writeReceiverConfig } from '../../../cli/support/receive-process.ts';
import { postStart } from '../../../functions/support/sample-events.ts';
import { deliver } from '../../../functions/support/signed-post.ts';

/**
 * A real receiver that has handled something and attested it, in a process of its own.
 *
 * @returns where `/metrics` is.
 */
export async function startScrapedReceiver(): Promise<{ readonly url: string; scrape(): Promise<string> }> {
  const setup = writeReceiverConfig();
  const checkpoints = `{ dir: ${setup.directory}/checkpoints, signingSecretEnv: SIGNING_SECRET }`;
  const yaml = readFileSync(setup.file, 'utf8');
  writeFileSync(setup.file, `${yaml}metrics: { port: 0 }\naudit: { checkpoints: ${checkpoints} }\n`);
  const first = receive(setup);
  await deliver(await urlOf(first), postStart({ key: 'scraped' }));
  await first.says(/"handler":"audit".*"msg":"handled"/);
  // A checkpoint is written at a clean stop, and found at the start.
  first.kill('SIGTERM');
  await first.ended();
  const receiver = receive(setup);
  const url = await urlOf(receiver);
  const [, metrics = ''] = await receiver.says(/"metrics":"([^"]+)\/metrics"/);
  await deliver(url, postStart({ key: 'scraped again' }));
  await receiver.says(/"handler":"audit".*"msg":"handled"/);
  const scrape = async () => await (await fetch(`${metrics}/metrics`)).text();
  while (!(await scrape()).includes('offhook_receiver_checkpoint_position{')) await sleep(100);
  return { url: metrics, scrape };
}
