import { fileURLToPath } from 'node:url';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startNodeReceiver } from '../../../functions/platforms/node/start-receiver.ts';
import { startReceiver } from '../../support/receiver.ts';
import { until } from '../../support/until.ts';
import { startLambdaBridge } from '../platforms/aws/support/start-on-lambda.ts';
import { told } from '../support/container-events.ts';
import { registerDeployedHandlers } from '../support/deployed-handlers.ts';
import { S3_CREDENTIALS, S3_REGION, startS3 } from '../support/fake-s3.ts';
import { deliver, SECRET } from '../support/signed-post.ts';
import { startWorker } from '../support/start-worker.ts';
import { makeTemporaryDirectory } from '../support/temporary-directory.ts';

type Start = (vars: Record<string, string>) => Promise<{ url: string; close(): Promise<void> }>;
const WORKER = fileURLToPath(new URL('../support/deployed-worker.ts', import.meta.url));
const silent = { info: () => {}, warn: () => {}, error: () => {} };

const onNode: Start = async (vars) => {
  const directory = await makeTemporaryDirectory();
  const options = { port: 0, dataDir: directory.path, secrets: [SECRET], vars, log: silent };
  const receiver = await startNodeReceiver({
    ...options,
    registerHandlers: registerDeployedHandlers,
    // What stands for receivers elsewhere is on this machine.
    egress: null,
  });
  const close = async () => {
    await receiver.close();
    await directory.remove();
  };
  return { url: receiver.url, close };
};

const onWorkerd: Start = async (vars) => {
  const { url, dispose } = await startWorker({ port: 0, secrets: [SECRET], vars, entryFile: WORKER });
  return { url, close: dispose };
};

const onLambda: Start = (vars) => startLambdaBridge({ registerHandlers: registerDeployedHandlers, vars });

describe.each([
  { platform: 'Node', start: onNode },
  { platform: 'workerd', start: onWorkerd },
  { platform: 'Lambda', start: onLambda },
])('every kind of handler on $platform', ({ start }) => {
  const startWith = async () => {
    const [chat, registry, forward, standing] = [
      await startReceiver(),
      await startReceiver(),
      await startReceiver(),
      await startReceiver(),
    ];
    const s3 = await startS3('scratch-bucket');
    const bridge = await start({
      CHAT_WEBHOOK_URL: chat.url,
      DEREGISTER_URL: `${new URL(registry.url).origin}/services/{pod}`,
      FORWARD_URL: forward.url,
      STANDING_URL: standing.url,
      S3_ENDPOINT: s3.endpoint,
      S3_BUCKET: 'scratch-bucket',
      S3_REGION,
      S3_PREFIX: '{podUid}/',
      S3_ACCESS_KEY_ID: S3_CREDENTIALS.accessKeyId,
      S3_SECRET_ACCESS_KEY: S3_CREDENTIALS.secretAccessKey,
    });
    onTestFinished(() => bridge.close());
    return { chat, registry, forward, standing, s3, bridge };
  };

  it('does its work, whatever the order of the events', async () => {
    const { chat, registry, forward, standing, s3, bridge } = await startWith();
    s3.objects.add('uid-web-1/a').add('uid-web-1/b').add('uid-web-10/a');
    const next = async (events: number, event: Parameters<typeof deliver>[1]) => {
      expect((await deliver(bridge.url, event)).status).toBe(202);
      await standing.received(events);
    };
    await next(1, told.postStart({ at: 0 }));
    await next(2, told.postStop({ at: 9 }, 137, 'OOMKilled'));
    const preStop = told.preStop({ at: 8 });
    await next(3, preStop);
    expect(standing.requests.map(({ body }) => body.toString())).toEqual([
      'postStart current nothing',
      'postStop current postStart',
      'preStop stale postStop',
    ]);
    await until('both objects are deleted', () => s3.objects.size === 1);
    expect([...s3.objects]).toEqual(['uid-web-10/a']);
    const [message] = await chat.received(1);
    expect(message?.body.toString()).toContain('reason `OOMKilled`');
    const calls = await registry.received(2);
    expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'DELETE /services/web-1',
      'DELETE /services/web-1',
    ]);
    const [forwarded] = await forward.received(1);
    const headers = Object.fromEntries(
      Object.entries(forwarded?.headers ?? {}).map(([name, value]) => [name, `${value}`]),
    );
    const verified = new Webhook(SECRET).verify(forwarded?.body.toString() ?? '', headers);
    expect(verified).toMatchObject({ id: preStop.id });
  });
});
