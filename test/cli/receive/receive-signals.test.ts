import { expect, it } from 'vitest';
import { startProbe } from '../../functions/support/probe.ts';
import { postStart } from '../../functions/support/sample-events.ts';
import { deliver } from '../../functions/support/signed-post.ts';
import { startStopwatch } from '../../support/stopwatch.ts';
import { receive, urlOf, writeProbeConfig } from '../support/receive-process.ts';

/** npm passes a signal on that the terminal has sent already: what comes within this time is the same one. */
const SAME_SIGNAL_MS = 500;

it('a second signal ends offhook receive at once, and its handler runs again once the lease is over', {
  timeout: 180_000,
}, async () => {
  const probe = await startProbe({ '/web-1': ['hang', 200] });
  // The lease is that long and 15 s.
  const setup = writeProbeConfig(probe.url, '', ', PROBE_TIMEOUT_MS: "5000"');
  const first = receive(setup);
  await deliver(await urlOf(first), postStart({ key: 'cut off' }));
  await probe.called('/web-1', 1);
  first.kill('SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, SAME_SIGNAL_MS + 200));
  first.kill('SIGTERM');
  expect((await first.ended()).code).toBe(143);

  const second = receive(setup);
  await second.says(/"outcome":"completed"/, 40_000);
  expect(probe.attempts('/web-1')).toEqual([1, 2]);
});

it('a handler that does not end is left after ten seconds, exit code 0', { timeout: 180_000 }, async () => {
  const probe = await startProbe({ '/web-1': ['hang'] });
  const receiver = receive(writeProbeConfig(probe.url));
  await deliver(await urlOf(receiver), postStart({ key: 'hangs' }));
  await probe.called('/web-1', 1);
  const startedAtMs = performance.now();
  const elapsedMs = startStopwatch();
  receiver.kill('SIGTERM');
  const { code, stderr } = await receiver.ended();
  expect(code).toBe(0);
  expect(stderr).toMatch(/"level":"warn",.*"waiting":1,"cutOff":1,"msg":"not drained: handlers are cut off/);
  expect(performance.now() - startedAtMs).toBeGreaterThan(9_500);
  expect(elapsedMs()).toBeLessThan(14_000);
});
