import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startProbe } from '../../functions/support/probe.ts';
import { postStart } from '../../functions/support/sample-events.ts';
import { deliver } from '../../functions/support/signed-post.ts';
import { startOffhook } from '../../support/offhook-process.ts';
import { runHere } from '../../support/run-here.ts';
import { urlOf, writeReceiverConfig } from '../support/receive-process.ts';

/** A handler that calls the probe by a word, which stands in a module of its own. */
const HANDLERS = `
import { word } from './lib/word.ts';
export const registerHandlers = (hooks, { vars }) => {
  hooks.on('postStart', {}, async (event, ctx) => {
    await ctx.fetch(vars.PROBE_URL + '/' + word, { method: 'POST' });
  }, { name: 'probe' });
};
`;

it('takes what was saved and is good, and goes on as before with what is not, on the same port', {
  timeout: 120_000,
}, async () => {
  const probe = await startProbe({});
  const setup = writeReceiverConfig(
    `handlers: { module: src/handlers.ts }\nvars: { PROBE_URL: "${probe.url}" }\n`,
  );
  mkdirSync(join(setup.directory, 'src/lib'), { recursive: true });
  const word = join(setup.directory, 'src/lib/word.ts');
  writeFileSync(join(setup.directory, 'src/handlers.ts'), HANDLERS);
  writeFileSync(word, "export const word: string = 'first';\n");
  const { file, env, directory: cwd } = setup;
  const receiver = startOffhook(['receive', '--watch', '--config', file], { env, cwd });
  const running = (times: number) =>
    receiver.says(new RegExp(`(?:[\\s\\S]*"msg":"offhook receive is running"){${times}}`), 30_000);
  const url = await urlOf(receiver);
  await deliver(url, postStart({ key: 'one' }));
  await probe.called('/first', 1);

  writeFileSync(word, "export const word: string = 'second';\n");
  await receiver.says(/src\/lib\/word\.ts was saved/);
  await running(2);
  await deliver(url, postStart({ key: 'two' }));
  await probe.called('/second', 1);

  writeFileSync(word, 'export const word = ;\n');
  await receiver.says(
    /the handlers in .*handlers\.ts cannot be loaded: [\s\S]*not taken: the receiver goes on as it was/,
    30_000,
  );
  await deliver(url, postStart({ key: 'three' }));
  await probe.called('/second', 2);

  receiver.killGroup('SIGINT');
  const { code, stderr } = await receiver.ended();
  expect(code).toBe(0);
  expect(stderr.match(/offhook receive is running/g)).toHaveLength(2);
});

it('needs a module to look at', async () => {
  const setup = writeReceiverConfig();
  const { code, stderr } = await runHere(['receive', '--watch', '--config', setup.file], { env: setup.env });
  expect(code).toBe(2);
  expect(stderr).toMatch(/offhook receive: --watch needs handlers\.module in the configuration/);
});
