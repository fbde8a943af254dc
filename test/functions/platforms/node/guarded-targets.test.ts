import type { RequestListener } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Hooks } from '../../../../functions/hooks/hooks.ts';
import {
  type NodeReceiverOptions,
  startNodeReceiver,
} from '../../../../functions/platforms/node/start-receiver.ts';
import { startWatched } from '../../../settings/outbound/guard/watched-server.ts';
import { eventually } from '../../support/eventually.ts';
import { lineLog } from '../../support/line-log.ts';
import { postStart } from '../../support/sample-events.ts';
import { deliver, SECRET } from '../../support/signed-post.ts';
import { makeTemporaryDirectory } from '../../support/temporary-directory.ts';

async function start(registerHandlers: (hooks: Hooks) => void, more: Partial<NodeReceiverOptions> = {}) {
  const directory = await makeTemporaryDirectory();
  onTestFinished(directory.remove);
  const receiver = await startNodeReceiver({
    port: 0,
    dataDir: directory.path,
    secrets: [SECRET],
    log: lineLog([]),
    registerHandlers,
    ...more,
  });
  onTestFinished(receiver.close);
  return receiver;
}

const calls = (url: string) => (hooks: Hooks) =>
  hooks.on('postStart', {}, { url }, { name: 'drain', attempts: 1 });

/** What the log says of the one run of the handler, which gives up. */
async function failureOf(url: string, more: Partial<NodeReceiverOptions>): Promise<string> {
  const lines: string[] = [];
  const receiver = await start(calls(url), { ...more, log: lineLog(lines) });
  await deliver(receiver.url, postStart({ key: 'one' }));
  await eventually(
    async () => receiver.deadLetters(),
    (dead) => dead.length === 1,
  );
  return lines.join('\n');
}

describe('a receiver on Node is not started with a target', () => {
  it.each([
    ['http://127.0.0.1:3000/drain?token=hunter2', 'the URL must begin with https://'],
    ['https://127.0.0.1/drain?token=hunter2', 'the host does not lead to public addresses alone'],
    ['https://2130706433/hunter2', 'the host does not lead to public addresses alone'],
    ['https://[::ffff:169.254.169.254]/hunter2', 'the host does not lead to public addresses alone'],
    ['https://kubernetes.default.svc/hunter2', 'the host must be a public DNS name'],
    ['https://drain.example.com:6443/hunter2', 'port 6443 is not open, only 443, 8443'],
  ])('%s', async (url, why) => {
    const failure: unknown = await start(calls(url)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'TypeError' });
    expect(String(failure)).toContain(`handler drain: url: ${why}`);
    expect(String(failure)).toContain('egress.');
    expect(String(failure)).not.toContain('hunter2');
  });

  it('nor with a bus whose endpoint is inside', async () => {
    const bus = { eventBus: 'lifecycle', region: 'eu-central-1', endpoint: 'https://10.0.0.7' };
    const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'test' };
    const register = (hooks: Hooks) => hooks.on('postStart', {}, { ...bus, credentials }, { name: 'bus' });
    await expect(start(register)).rejects.toThrow('handler bus: endpoint: the host does not lead');
  });
});

describe('a target of a handler on Node', () => {
  const localhost = (port: number) => ({ hosts: ['localhost'], ports: [port], allowHttp: true });

  it('is called where the configuration opens it', async () => {
    const server = await startWatched();
    const egress = { allow: [{ ...localhost(server.port), cidrs: ['127.0.0.0/8', '::1/128'] }] };
    const receiver = await start(calls(`http://localhost:${server.port}/drain`), { egress });
    await deliver(receiver.url, postStart({ key: 'one' }));
    await eventually(
      async () => server.seen,
      (seen) => seen.length === 1,
    );
    expect(server.seen[0]?.host).toBe(`localhost:${server.port}`);
  });

  it('is not connected to where its name leads elsewhere', async () => {
    const server = await startWatched();
    const egress = { allow: [localhost(server.port)] };
    const told = await failureOf(`http://localhost:${server.port}/drain`, { egress });
    expect(told).toContain('the host does not lead to public addresses alone');
    expect(told).not.toMatch(/127\.0|::1/);
    expect(server.connections).toBe(0);
  });

  it('that redirects to another is not followed', async () => {
    const inside = await startWatched();
    const answer: RequestListener = (_request, response) =>
      void response.writeHead(307, { location: `http://localhost:${inside.port}/` }).end();
    const server = await startWatched({ answer });
    const opened = { cidrs: ['127.0.0.0/8'], ports: [server.port, inside.port], allowHttp: true };
    const told = await failureOf(`http://127.0.0.1:${server.port}/drain`, { egress: { allow: [opened] } });
    expect(told).toContain('the target answered 307');
    expect(inside.connections).toBe(0);
  });

  it('is called wherever it is without the guard', async () => {
    const server = await startWatched();
    const receiver = await start(calls(`http://127.0.0.1:${server.port}/drain`), { egress: null });
    await deliver(receiver.url, postStart({ key: 'one' }));
    await eventually(
      async () => server.seen,
      (seen) => seen.length === 1,
    );
  });
});

it('what a handler calls by itself goes wherever it says', async () => {
  const server = await startWatched();
  const receiver = await start((hooks) =>
    hooks.on(
      'postStart',
      {},
      async (_event, ctx) => void (await ctx.fetch(`http://127.0.0.1:${server.port}/`)),
      {
        name: 'own',
      },
    ),
  );
  await deliver(receiver.url, postStart({ key: 'one' }));
  await eventually(
    async () => server.seen,
    (seen) => seen.length === 1,
  );
});
