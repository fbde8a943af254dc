import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { platformsWith } from '../support/platforms.ts';
import { startProbe } from '../support/probe.ts';
import { postStart } from '../support/sample-events.ts';
import { deliver } from '../support/signed-post.ts';
import { registerStrayHandlers } from '../support/stray-handlers.ts';

const workerFile = fileURLToPath(new URL('../support/stray-worker.ts', import.meta.url));

describe.each(platformsWith({ registerHandlers: registerStrayHandlers, workerFile }))(
  'a forgotten await on $platform',
  ({ start, platform }) => {
    it('fails the run that it belongs to, is logged with its names, and disturbs nobody else', async () => {
      const probe = await startProbe({ '/down': [500] });
      const { host } = new URL(probe.url);
      const bridge = await start({ PROBE_URL: probe.url });
      onTestFinished(bridge.close);
      const event = postStart({ key: 'strays' });
      await deliver(bridge.url, event);
      const [row] = await eventually(bridge.auditRows, (rows) => (rows[0]?.runs.length ?? 0) >= 15);
      const runs = row?.runs.map(({ handler, attempt, outcome, error }) => [
        handler,
        attempt,
        outcome,
        error,
      ]);
      const stray = 'a promise that the handler did not await was rejected: ';
      expect(runs?.toSorted()).toEqual([
        ['audit', 1, 'completed', null],
        ['callback', 1, 'failed', 'a callback of the handler threw: out of a callback'],
        ['callback', 2, 'completed', null],
        ['forgetful', 1, 'failed', `${stray}the chat is down`],
        ['forgetful', 2, 'completed', null],
        ['hasty', 1, 'failed', `${stray}at its very end`],
        ['hasty', 2, 'completed', null],
        ['late', 1, 'completed', null],
        ['steady', 1, 'completed', null],
        ['throws-too', 1, 'failed', `second of two; before that, ${stray}first of two`],
        ['throws-too', 2, 'completed', null],
        ['timer', 1, 'failed', 'a callback of the handler threw: out of a timer'],
        ['timer', 2, 'completed', null],
        ['uncalled', 1, 'failed', `${stray}StatusError: ${host} answered 500`],
        ['uncalled', 2, 'completed', null],
      ]);
      const logged = await eventually(
        async () =>
          bridge
            .logged()
            .split('\n')
            .filter((line) => line.includes('stray ')),
        (lines) => lines.length >= 7,
      );
      const late = logged.map((line) => JSON.parse(line)).find(({ handler }) => handler === 'late');
      const { hook, pod, container } = event.data;
      const about = {
        eventId: event.id,
        hook,
        namespace: pod.namespace,
        pod: pod.name,
        container: container.name,
      };
      expect(late).toEqual({
        level: 'error',
        msg: 'stray rejection',
        ...about,
        handler: 'late',
        attempt: 1,
        cause: 'long after',
        within: false,
      });
      // The handlers of a Lambda run in another function than its receiver.
      if (platform === 'Lambda') return;
      const health = await (await fetch(`${bridge.url}/healthz`)).json();
      expect(health).toMatchObject({ counters: { strays: 7 } });
    });
  },
);
