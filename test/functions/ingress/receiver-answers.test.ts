import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bridge, PLATFORMS } from '../support/platforms.ts';
import { postStart, sampleId } from '../support/sample-events.ts';
import { deliver, signedHeaders } from '../support/signed-post.ts';

/** What it refuses, and how, is in `bad-input.test.ts`. */
describe.each(PLATFORMS)('the receiver on $platform', ({ start }) => {
  let bridge: Bridge;
  beforeAll(async () => {
    bridge = await start({ PROBE_URL: 'http://127.0.0.1:9' });
  });
  afterAll(() => bridge.close());

  it('answers 202 to an event it has stored, and 200 when it comes again', async () => {
    const event = postStart({ key: 'stored' });
    const first = await deliver(bridge.url, event);
    expect([first.status, await first.json()]).toEqual([202, { status: 'stored', id: event.id }]);
    const second = await deliver(bridge.url, event);
    expect([second.status, await second.json()]).toEqual([200, { status: 'duplicate', id: event.id }]);
  });

  it('stops reading a body without a declared length at its limit', async () => {
    const chunk = new Uint8Array(65_536);
    const sender = new AbortController();
    const body = new ReadableStream({
      pull: async (controller) => {
        // Else the sender, which never waits for anything, may keep the server in the same process from its turn.
        await turn();
        controller.enqueue(chunk);
      },
    });
    const headers = await signedHeaders(sampleId('endless'), chunk);
    const request = { method: 'POST', body, headers, duplex: 'half', signal: sender.signal } as const;
    const status = await fetch(`${bridge.url}/events`, request).then(
      (response) => response.status,
      // The server may cut the connection while the endless body is still on its way.
      () => 'cut',
    );
    sender.abort();
    expect([413, 'cut']).toContain(status);
    expect((await fetch(`${bridge.url}/healthz`)).status).toBe(200);
  });

  it.each(['GET', 'PUT', 'DELETE'])('answers 405 to %s /events and says what is allowed', async (method) => {
    const response = await fetch(`${bridge.url}/events`, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('answers 404 elsewhere', async () => {
    expect((await fetch(`${bridge.url}/admin`)).status).toBe(404);
  });
});
