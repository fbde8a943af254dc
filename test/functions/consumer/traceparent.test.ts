import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { PLATFORMS, type StartBridge } from '../support/platforms.ts';
import { startProbe } from '../support/probe.ts';
import { postStart } from '../support/sample-events.ts';
import { SAMPLE_TRACEPARENT } from '../support/sample-traceparent.ts';
import { deliver, deliverWith } from '../support/signed-post.ts';

const [, TRACE = ''] = SAMPLE_TRACEPARENT.split('-');

/** The tests' handlers send `ctx.traceparent` on to the probe. */
describe.each(PLATFORMS)('the trace context of a delivery on $platform', ({ start }) => {
  const startWith = async (startBridge: StartBridge, shaky: readonly number[]) => {
    const probe = await startProbe({ '/shaky': shaky });
    const bridge = await startBridge({ PROBE_URL: probe.url });
    onTestFinished(() => bridge.close());
    const sentOn = (path: string) => probe.requests(path).map(({ headers }) => headers.traceparent ?? null);
    const recorded = (eventId: string, runs: number) =>
      eventually(
        async () => (await bridge.auditRows()).find((row) => row.eventId === eventId),
        (row) => row?.runs.length === runs,
      );
    return { url: bridge.url, sentOn, recorded };
  };

  it('is handed to every handler, in every attempt, and is not on record', async () => {
    const { url, sentOn, recorded } = await startWith(start, [500, 200]);
    const event = postStart({ key: 'traced' });
    expect((await deliverWith(url, event, { traceparent: SAMPLE_TRACEPARENT })).status).toBe(202);
    const row = await recorded(event.id, 4);
    expect(sentOn('/steady')).toEqual([SAMPLE_TRACEPARENT]);
    expect(sentOn('/shaky')).toEqual([SAMPLE_TRACEPARENT, SAMPLE_TRACEPARENT]);
    expect(JSON.stringify(row)).not.toContain(TRACE);
  });

  it('is null where there is none, or one that is not valid; the delivery is taken all the same', async () => {
    const { url, sentOn, recorded } = await startWith(start, [200]);
    const [plain, faulty] = [postStart({ key: 'plain' }), postStart({ key: 'faulty' })];
    expect((await deliver(url, plain)).status).toBe(202);
    const response = await deliverWith(url, faulty, {
      traceparent: `${SAMPLE_TRACEPARENT}, ${SAMPLE_TRACEPARENT}`,
    });
    expect(response.status).toBe(202);
    for (const { id } of [plain, faulty]) await recorded(id, 3);
    expect(sentOn('/steady')).toEqual([null, null]);
  });
});
