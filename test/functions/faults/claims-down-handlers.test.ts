import { expect, it, onTestFinished } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { postStart } from '../support/sample-events.ts';
import { deliver } from '../support/signed-post.ts';
import { TROUBLED_PLATFORMS } from '../support/troubled-claims.ts';

it.each(TROUBLED_PLATFORMS)(
  'on $platform, no handler runs without its claim; ten seconds later all of them do, once',
  {
    timeout: 180_000,
  },
  async ({ start }) => {
    const bridge = await start();
    onTestFinished(() => bridge.close());
    const event = postStart({ key: 'claims down' });
    bridge.breakDown('claims');
    expect((await deliver(bridge.url, event)).status).toBe(202);
    await eventually(
      async () => bridge.logged(),
      (log) => log.includes('could not consume a message'),
    );
    expect([bridge.attempts(), await bridge.auditRows()]).toEqual([[], []]);
    bridge.mend();
    const [row] = await eventually(bridge.auditRows, (rows) => rows[0]?.runs.length === 3, 30_000);
    const runs = row?.runs.map(({ handler, attempt, outcome }) => `${handler} ${attempt} ${outcome}`).sort();
    expect(runs).toEqual(['audit 1 completed', 'shaky 1 completed', 'steady 1 completed']);
    expect(bridge.attempts()).toEqual([1]);
  },
);
