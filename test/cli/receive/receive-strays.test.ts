import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { postStart } from '../../functions/support/sample-events.ts';
import { deliver } from '../../functions/support/signed-post.ts';
import { receive, urlOf, writeReceiverConfig } from '../support/receive-process.ts';

/** A module with every way to leave something behind, and a handler beside it that is still at work meanwhile. */
const HANDLERS = `
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

setTimeout(() => { throw new Error('of the module itself'); }, 400);

export const registerHandlers = (hooks) => {
  hooks.on('postStart', {}, async (event, ctx) => {
    if (ctx.attempt > 1) return;
    ctx.fetch('http://127.0.0.1:1/path?key=secret');
    await sleep(300);
  }, { name: 'forgetful', retryMs: 0 });
  hooks.on('postStart', {}, async (event, ctx) => {
    if (ctx.attempt > 1) return;
    connect(1, '127.0.0.1');
    await sleep(300);
  }, { name: 'emitter', retryMs: 0 });
  hooks.on('postStart', {}, async () => { await sleep(900); }, { name: 'steady' });
};
`;

it('a receiver survives what its handlers leave behind, says whose it was, and finishes the other runs', async () => {
  const setup = writeReceiverConfig();
  const module = join(setup.directory, 'handlers.mjs');
  writeFileSync(module, HANDLERS);
  writeFileSync(
    setup.file,
    `handlers: { module: ${module} }\nsigningSecretEnv: SIGNING_SECRET\ndataDir: ${setup.directory}/data\nlisten: { port: 0 }\n`,
  );
  const receiver = receive(setup);
  const url = await urlOf(receiver);
  const event = postStart({ key: 'strays' });
  expect((await deliver(url, event)).status).toBe(202);
  await receiver.says(/"handler":"steady","attempt":1,"outcome":"completed"/);
  await receiver.says(/"handler":"forgetful","attempt":2,"outcome":"completed"/);
  await receiver.says(/"handler":"emitter","attempt":2,"outcome":"completed"/);
  const lines = receiver
    .stderr()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const said = (handler: string) =>
    lines.flatMap(({ handler: of, msg, attempt, outcome, within }) =>
      of === handler ? [[msg, attempt, outcome ?? within]] : [],
    );
  expect(said('forgetful')).toEqual([
    ['stray rejection', 1, true],
    ['handler failed', 1, 'failed'],
    ['handled', 2, 'completed'],
  ]);
  expect(said('emitter')).toEqual([
    ['stray exception', 1, true],
    ['handler failed', 1, 'failed'],
    ['handled', 2, 'completed'],
  ]);
  expect(said('steady')).toEqual([['handled', 1, 'completed']]);
  const stray = lines.find(({ msg, handler }) => msg === 'stray rejection' && handler === 'forgetful');
  expect(stray).toMatchObject({ eventId: event.id, cause: expect.stringContaining('fetch failed') });
  expect(lines.find(({ msg }) => msg === "stray exception of no handler's run")).toMatchObject({
    cause: 'of the module itself',
  });
  expect(receiver.stderr()).not.toContain('secret');
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  receiver.kill('SIGTERM');
  expect((await receiver.ended()).code).toBe(0);
});
