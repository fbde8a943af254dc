import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createJsonLog } from '../../../functions/ambient/log.ts';
import { bundleLambda } from '../../../functions/build/bundle-lambda.ts';
import { bundleWorker } from '../../../functions/build/bundle-worker.ts';
import { LEFT_OUT } from '../../../functions/handlers/left-out.ts';
import { registerHandlers } from '../../../functions/handlers/register.ts';
import { registerDeleteObjects } from '../../../functions/handlers/shipped/delete-objects.ts';
import type { RegisterHandlers } from '../../../functions/hooks/register-handlers.ts';
import { startInWorkerd } from '../../../functions/platforms/cloudflare/local/miniflare.ts';
import { startNodeReceiver } from '../../../functions/platforms/node/start-receiver.ts';
import { until } from '../../support/until.ts';
import { told } from '../support/container-events.ts';
import { S3_CREDENTIALS, S3_REGION, startS3 } from '../support/fake-s3.ts';
import { deliver, SECRET } from '../support/signed-post.ts';
import { makeTemporaryDirectory } from '../support/temporary-directory.ts';

const FUNCTIONS = new URL('../../../functions/', import.meta.url);
const WORKER = fileURLToPath(new URL('platforms/cloudflare/worker.ts', FUNCTIONS));
/** The handler, and what it alone calls: the client of S3, which reads XML and makes MD5. */
const LARGER = /functions\/(handlers\/shipped\/delete-objects|s3\/[\w-]+)\.ts$/;

const variables = (endpoint: string) => ({
  S3_ENDPOINT: endpoint,
  S3_BUCKET: 'scratch-bucket',
  S3_REGION,
  S3_PREFIX: '{podUid}/',
  S3_ACCESS_KEY_ID: S3_CREDENTIALS.accessKeyId,
  S3_SECRET_ACCESS_KEY: S3_CREDENTIALS.secretAccessKey,
});

async function temporaryDirectory(): Promise<string> {
  const directory = await makeTemporaryDirectory();
  onTestFinished(directory.remove);
  return directory.path;
}

/** A module of handlers of one's own, with the shipped ones, and with what the warning says. */
async function writeOptedIn(): Promise<string> {
  const [importLine, callLine] = LEFT_OUT[0].lines;
  const file = join(await temporaryDirectory(), 'handlers.ts');
  await writeFile(
    file,
    `${importLine}
     import { registerHandlers as shipped } from 'offhook/handlers';
     export const registerHandlers = (hooks, env) => { shipped(hooks, env); ${callLine} };`,
  );
  return file;
}

async function startHandlers(vars: Record<string, string>, handlers?: string) {
  const lines: string[] = [];
  const onLog = (line: string) => void lines.push(line);
  const bundle = await bundleWorker(WORKER, handlers);
  const receiver = await startInWorkerd({ port: 0, secrets: [SECRET], vars, bundle, onLog });
  onTestFinished(receiver.dispose);
  expect((await fetch(`${receiver.url}/healthz`)).status).toBe(200);
  return { receiver, lines };
}

async function startNode(vars: Record<string, string>, register?: RegisterHandlers) {
  const lines: string[] = [];
  const log = createJsonLog((level, line) => {
    if (level === 'warn') lines.push(line);
  });
  const receiver = await startNodeReceiver({
    ...{ port: 0, dataDir: await temporaryDirectory(), secrets: [SECRET], vars, log },
    ...(register !== undefined && { registerHandlers: register }),
  });
  onTestFinished(receiver.close);
  return { handlers: receiver.handlers, lines };
}

describe('the Worker', () => {
  it('holds nothing of the larger handlers, unless they are imported', async () => {
    const heldBy = async (handlers?: string) =>
      Object.keys((await bundleWorker(WORKER, handlers)).bytesOf).filter((path) => LARGER.test(path));
    expect(await heldBy()).toEqual([]);
    const opted = await heldBy(await writeOptedIn());
    const files = ['handlers/shipped/delete-objects', 's3/md5', 's3/s3-xml'];
    expect(opted).toEqual(expect.arrayContaining(files.map((file) => `functions/${file}.ts`)));
  });

  it('says loudly that a variable switches on what is not there, and which two lines to add', async () => {
    const { lines } = await startHandlers({ S3_BUCKET: 'scratch-bucket' });
    await until('the warning is logged', () => lines.length > 0);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        level: 'warn',
        msg: expect.stringMatching(
          /^S3_BUCKET is set, but delete-objects, .+ is not registered and does nothing\. Add two lines/,
        ),
      }),
    ]);
    for (const line of LEFT_OUT[0].lines) expect(JSON.parse(lines[0] ?? '').msg).toContain(line);
  });

  it.each([{}, { S3_BUCKET: '' }])('says nothing where the variable is not set: %o', async (vars) => {
    expect((await startHandlers(vars)).lines).toEqual([]);
  });

  it('deletes objects, and says nothing, once these two lines are there', async () => {
    const s3 = await startS3('scratch-bucket');
    s3.objects.add('uid-web-1/a').add('uid-web-10/a');
    const { receiver, lines } = await startHandlers(variables(s3.endpoint), await writeOptedIn());
    for (const event of [told.preStop({ at: 8 }), told.postStop({ at: 9 }, 0)]) {
      expect((await deliver(receiver.url, event)).status).toBe(202);
    }
    await until('the objects of the Pod are deleted', () => s3.objects.size === 1);
    expect([...s3.objects]).toEqual(['uid-web-10/a']);
    expect(lines.filter((line) => line.includes('"level":"warn"'))).toEqual([]);
  });
});

describe('where size does not matter', () => {
  const vars = variables('http://127.0.0.1:1');

  it('on Node, the variable alone switches the handler on', async () => {
    const { handlers, lines } = await startNode(vars);
    expect(handlers).toContain('delete-objects');
    expect(lines).toEqual([]);
    expect((await startNode({})).handlers).not.toContain('delete-objects');
  });

  it('also for who calls the shipped registerHandlers, and for who has imported it as well: once', async () => {
    const calling: RegisterHandlers = (hooks, env) => registerHandlers(hooks, env);
    expect((await startNode(vars, calling)).handlers).toContain('delete-objects');
    const importing: RegisterHandlers = (hooks, env) => {
      registerHandlers(hooks, env);
      registerDeleteObjects(hooks, env);
    };
    const importedFirst: RegisterHandlers = (hooks, env) => {
      registerDeleteObjects(hooks, env);
      registerHandlers(hooks, env);
    };
    for (const register of [importing, importedFirst]) {
      const { handlers, lines } = await startNode(vars, register);
      expect(handlers.filter((name) => name === 'delete-objects')).toHaveLength(1);
      expect(lines).toEqual([]);
    }
  });

  it('who registers handlers of their own alone is warned there, too', async () => {
    const { handlers, lines } = await startNode(vars, (hooks) =>
      hooks.on('postStop', {}, () => {}, { name: 'mine' }),
    );
    expect(handlers).toEqual(['mine']);
    expect(lines.join()).toContain('S3_BUCKET is set, but delete-objects');
  });

  it('on Lambda, the bundle that runs handlers holds it', async () => {
    const outDir = await temporaryDirectory();
    await bundleLambda(fileURLToPath(new URL('platforms/aws/entry/run.ts', FUNCTIONS)), outDir);
    const { sources } = JSON.parse(await readFile(join(outDir, 'index.mjs.map'), 'utf8'));
    expect(
      sources
        .filter((path: string) => LARGER.test(path))
        .toSorted()
        .join(),
    ).toMatch(/delete-objects.*md5.*s3-xml/);
  });
});
