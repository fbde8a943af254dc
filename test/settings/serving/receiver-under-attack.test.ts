import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serialiseEvent } from '../../../protocol/event/serialise-event.ts';
import { receive, urlOf, writeReceiverConfig } from '../../cli/support/receive-process.ts';
import { postStart } from '../../functions/support/sample-events.ts';
import { signedHeaders } from '../../functions/support/signed-post.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { createTestAuthority } from '../../support/test-certificates.ts';
import { sampled } from '../../support/thorough.ts';
import type { Kind } from './hostile-clients.ts';
import { type Attacked, underAttack } from './under-attack.ts';

const MOST_GROWTH_MIB = 64;
/** Beside the bodies in all, up to 64 KiB of each connection are held that were read before its bound was known. */
const MOST_OF_ALL_CONNECTIONS_MIB = 128;
/**
 * They are cut off and come again for ever, and each of them costs a read buffer of Node, 64 KiB, which V8 lets pile up:
 * from 1 to 84 MiB were seen.
 */
const MOST_OF_RECONNECTING_MIB = 128;
const MOST_MS = 1_000;
const LIMIT = { timeout: 120_000 };

/** A real `offhook receive` with its page, and an honest client with a connection for each request. */
async function startReceiver({ tls = false } = {}) {
  const authority = createTestAuthority('attacked');
  const setup = writeReceiverConfig('page: { open: true }\n', tls ? listenWithTls(authority) : 'port: 0');
  const receiver = receive(setup);
  const url = await urlOf(receiver);
  const dispatcher = new Agent({ connect: { ca: authority.cert }, headersTimeout: 10_000 });
  onTestFinished(() => dispatcher.destroy());
  const ask = async (target: string, options: Parameters<typeof request>[1] = {}) => {
    const headers = { connection: 'close', ...options?.headers };
    const answer = await request(url + target, { dispatcher, ...options, headers } as Parameters<
      typeof request
    >[1]);
    await answer.body.dump();
    return answer.statusCode;
  };
  let sent = 0;
  const deliver = async () => {
    sent += 1;
    const event = postStart({ key: `honest ${sent}` });
    const body = serialiseEvent(event);
    expect(await ask('/events', { method: 'POST', body, headers: await signedHeaders(event.id, body) })).toBe(
      202,
    );
  };
  const honest = async () => {
    await deliver();
    expect(await ask('/healthz')).toBe(200);
  };
  /** Signed, of a type that is not known yet, and as large as it may be: taken note of, and forgotten. */
  const large = async () => {
    sent += 1;
    const event = { ...postStart({ key: `large ${sent}` }), type: 'dev.offhook.container.large' };
    const body = new TextEncoder().encode(JSON.stringify({ ...event, filler: 'x'.repeat(200_000) }));
    const headers = await signedHeaders(event.id, body);
    expect(await ask('/events', { method: 'POST', body, headers })).toBe(202);
  };
  const busy = async () => {
    await Promise.all([honest(), large()]);
  };
  return { pid: receiver.pid, url, honest, busy };
}

function listenWithTls(authority: ReturnType<typeof createTestAuthority>): string {
  const directory = temporaryDirectory();
  const { cert, key } = authority.issue('receiver');
  writeFileSync(join(directory, 'tls.crt'), cert);
  writeFileSync(join(directory, 'tls.key'), key);
  return `port: 0, tls: { certFile: ${directory}/tls.crt, keyFile: ${directory}/tls.key }`;
}

function expectHeld(
  what: string,
  { grownMiB, answeredMs, usualMs }: Attacked,
  mostMiB = MOST_GROWTH_MIB,
): void {
  console.log(
    `${what}: +${grownMiB.toFixed(0)} MiB, answered in ${answeredMs.toFixed(0)} ms (${usualMs.toFixed(0)} before)`,
  );
  expect(grownMiB).toBeLessThan(mostMiB);
  // Where the machine is busy with something else, it answers later anyway.
  expect(answeredMs).toBeLessThan(Math.max(MOST_MS, 5 * usualMs));
}

type Attack = {
  readonly kind: Kind;
  readonly count: number;
  readonly target: string;
  readonly mostMiB?: number;
};

/** All from the address of the honest client, as behind a proxy. */
describe('the receiver holds, and goes on answering honest senders', () => {
  it.each(
    sampled<Attack>(
      [
        { kind: 'unreadPipelined', count: 3, target: '/healthz' },
        { kind: 'unreadPipelined', count: 200, target: '/healthz', mostMiB: MOST_OF_RECONNECTING_MIB },
        { kind: 'slowHeaders', count: 200, target: '/healthz' },
        { kind: 'silent', count: 200, target: '/' },
        { kind: 'slowBodies', count: 200, target: '/' },
        { kind: 'slowBodies', count: 2_000, target: '/' },
        { kind: 'slowBodiesWithHeaders', count: 200, target: '/' },
        {
          kind: 'slowBodiesWithHeaders',
          count: 1_000,
          target: '/',
          mostMiB: MOST_OF_ALL_CONNECTIONS_MIB,
        },
        { kind: 'endlessBodies', count: 200, target: '/' },
        { kind: 'endlessBodiesElsewhere', count: 200, target: '/' },
      ],
      2,
    ),
  )('under $count of $kind', LIMIT, async ({ kind, count, target, mostMiB }) => {
    const { pid, url, honest, busy } = await startReceiver();
    expectHeld(
      `${count} of ${kind}`,
      await underAttack({ pid, url: url + target }, { kind, count }, honest, busy),
      mostMiB,
    );
  });

  it('under 200 of unreadAnswers, each of 500 KB and more', LIMIT, async () => {
    const { pid, url, honest, busy } = await startReceiver();
    // The honest deliveries are what it shows.
    const attacked = { pid, url: `${url}/timeline.json?limit=2000` };
    expectHeld(
      'unread answers',
      await underAttack(attacked, { kind: 'unreadAnswers', count: 200 }, honest, busy),
    );
  });

  it.each(sampled<Kind>(['halfHandshakes', 'silent'], 2))(
    'with TLS, under 200 of %s',
    LIMIT,
    async (kind) => {
      const { pid, url, honest, busy } = await startReceiver({ tls: true });
      const attacked = { pid, url: url.replace('https', 'http') };
      expectHeld(`TLS, ${kind}`, await underAttack(attacked, { kind, count: 200 }, honest, busy));
    },
  );
});
