import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { PLATFORMS } from '../support/platforms.ts';
import { startProbe } from '../support/probe.ts';
import { postStart } from '../support/sample-events.ts';
import { deliver } from '../support/signed-post.ts';

const POD = { namespace: 'shop', pod: 'checkout-7', container: 'app' };

describe.each(PLATFORMS)('the log on $platform', ({ start }) => {
  it('names hook, namespace, Pod and container in every line about an event, and has its text in msg', async () => {
    const probe = await startProbe({ '/shaky': [500, 500, 500] });
    const bridge = await start({ PROBE_URL: probe.url });
    onTestFinished(bridge.close);
    const event = postStart({ key: 'named', ...POD });
    await deliver(bridge.url, event);
    const read = async () =>
      bridge
        .logged()
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line));
    const lines = await eventually(read, (all) =>
      all.some(({ msg }) => msg === 'moved an event to the dead letters'),
    );
    const texts = lines.map(({ msg }) => msg);
    expect(texts).toEqual(expect.arrayContaining(['stored', 'handled', 'handler failed']));
    for (const line of lines) expect(line).toMatchObject({ eventId: event.id, hook: 'postStart', ...POD });
  });
});
