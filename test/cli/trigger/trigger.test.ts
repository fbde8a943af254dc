import { expect, it, onTestFinished } from 'vitest';
import { SENT_NAMES } from '../../../cli/send/sent-name.ts';
import { startNodeReceiver } from '../../../functions/platforms/node/start-receiver.ts';
import { SECRET } from '../../functions/support/signed-post.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { runHere } from '../../support/run-here.ts';

const env = { OFFHOOK_SIGNING_SECRET: SECRET };
const NOWHERE = 'http://127.0.0.1:1/events';

it('runs the handlers of every name that there are handlers for, and each of them for its own', async () => {
  const seen: string[] = [];
  const names = SENT_NAMES.filter((name) => name !== 'postStopAmended');
  const receiver = await startNodeReceiver({
    ...{ port: 0, dataDir: temporaryDirectory(), secrets: [SECRET] },
    registerHandlers(hooks) {
      for (const name of names) hooks.on(name, async () => void seen.push(name), { name });
    },
  });
  onTestFinished(() => receiver.close());
  for (const name of names) {
    const before = seen.length;
    const { code, stdout } = await runHere(['trigger', name, '--to', `${receiver.url}/events`], { env });
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('202 stored') });
    await expect.poll(() => seen.slice(before)).toContain(name);
    await expect.poll(() => seen.slice(before)).toContain(name.split('.')[0]);
  }
}, 60_000);

it('makes the same request as send', async () => {
  const same = ['--to', NOWHERE, '--print', '--set', 'pod.uid=uid-1'];
  const shape = (text: string) => text.replaceAll(/[0-9a-f]{5,}|evt_\w+|v1,[^']+|\d+|"[^"]*Z"/g, '…');
  const triggered = await runHere(['trigger', 'postStop.oomKilled', ...same], { env });
  const words = ['--set', 'exit.code=137', '--set', 'exit.reason=OOMKilled'];
  const sent = await runHere(['send', '--hook', 'postStop', ...same, ...words], { env });
  expect(triggered.stdout).toMatch(/"code":137,"signal":null,"reason":"OOMKilled"/);
  expect(shape(triggered.stdout)).toBe(shape(sent.stdout));
});

it.each<[readonly string[], RegExp]>([
  [['trigger', '--to', NOWHERE], /expected a HOOK, such as postStop or postStop\.oomKilled/],
  [
    ['trigger', 'postStop.oomkilled', '--to', NOWHERE],
    /HOOK must be one of .*; did you mean postStop\.oomKilled\?/,
  ],
  [
    ['trigger', 'postStop.completed', '--to', NOWHERE, '--set', 'exit.code=1'],
    /makes it another event than postStop\.completed: name its hook alone/,
  ],
])('%j is a mistake that is told, and nothing is sent', async (argv, message) => {
  const { code, stdout, stderr } = await runHere(argv, { env });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(message);
});
