import { expect, it, onTestFinished } from 'vitest';
import { startStopwatch } from '../../../support/stopwatch.ts';
import { postStart } from '../../support/sample-events.ts';
import { deliver } from '../../support/signed-post.ts';
import { startLambdaBridge } from './support/start-on-lambda.ts';

/** What a watcher waits for an answer. */
const SENDER_TIMEOUT_MS = 15_000;

it('answers 503 before its sender gives up when the bus does not answer at all', async () => {
  const bridge = await startLambdaBridge({ registerHandlers: () => {} });
  onTestFinished(bridge.close);
  bridge.account.server.trouble((target) => (target === 'AWSEvents.PutEvents' ? 'hang' : undefined));
  const elapsedMs = startStopwatch();
  expect((await deliver(bridge.url, postStart({ key: 'hangs' }))).status).toBe(503);
  expect(elapsedMs()).toBeLessThan(SENDER_TIMEOUT_MS);
});
