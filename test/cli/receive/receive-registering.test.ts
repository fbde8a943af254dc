import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startProbe } from '../../functions/support/probe.ts';
import { postStart } from '../../functions/support/sample-events.ts';
import { deliver } from '../../functions/support/signed-post.ts';
import { runOffhook } from '../../support/offhook-process.ts';
import { type ReceiveSetup, receive, urlOf, writeReceiverConfig } from '../support/receive-process.ts';

const REGISTER = join(import.meta.dirname, '../../../functions/handlers/register.ts');
const NO_TRAIL = 'no handler records the audit trail: the page and `offhook audit` will show no event.';

/** A configuration with a handlers module of that source. */
function writeModule(source: string): ReceiveSetup {
  const setup = writeReceiverConfig();
  const module = join(setup.directory, 'handlers.ts');
  writeFileSync(module, source);
  writeFileSync(
    setup.file,
    `handlers: { module: ${module} }\nsigningSecretEnv: SIGNING_SECRET\ndataDir: ${setup.directory}/data\nlisten: { port: 0 }\n`,
  );
  return setup;
}

const check = ({ file, env }: ReceiveSetup) => runOffhook(['receive', '--check', '--config', file], { env });

it('an async registerHandlers is waited for: its handlers are there for the first event', async () => {
  const probe = await startProbe();
  const receiver = receive(
    writeModule(`
      import { setTimeout as sleep } from 'node:timers/promises';
      export async function registerHandlers(hooks) {
        await sleep(300);
        hooks.on('postStart', {}, (event, ctx) => ctx.fetch('${probe.url}/called'), { name: 'after-a-while' });
      }`),
  );
  const url = await urlOf(receiver);
  expect(receiver.stderr()).toContain('"handlers":"after-a-while"');
  await deliver(url, postStart({ key: 'first' }));
  await probe.called('/called', 1);
});

it('a handlers module in which nothing keeps the audit trail is told so at the start, and by --check', async () => {
  const setup = writeModule(`
    export function registerHandlers(hooks, { vars, audit, now }) {
      hooks.on(['postStart', 'postStop'], { namespace: ['shop', 'pay'], labels: { app: 'web' } }, () => {},
        { name: 'mine', attempts: 1, timeoutMs: 2_500 });
    }`);
  const { code, stdout } = await check(setup);
  expect(code).toBe(0);
  expect(stdout).toContain(
    'handler mine: postStart, postStop; namespace shop or pay, labels app=web; 1 attempt of at most 2.5 s\n',
  );
  expect(stdout).toContain(`warning: ${NO_TRAIL}`);
  const receiver = receive(setup);
  await urlOf(receiver);
  expect(receiver.stderr()).toContain(`"level":"warn"`);
  expect(receiver.stderr()).toContain(NO_TRAIL);
});

it('one that registers the shipped handlers, too, is told nothing', async () => {
  const setup = writeModule(`
    import { registerHandlers as shipped } from '${REGISTER}';
    export async function registerHandlers(hooks, env) {
      shipped(hooks, env);
      hooks.on('postStop', {}, () => {}, { name: 'mine' });
    }`);
  const { stdout } = await check(setup);
  expect(stdout).toMatch(/^handler audit: .*\n.*\n.*\nhandler mine: .*\nThe configuration is good\.\n$/);
  const receiver = receive(setup);
  await urlOf(receiver);
  expect(receiver.stderr()).not.toContain('"level":"warn"');
});

it('a registry with nothing in it is a warning', async () => {
  const setup = writeModule('export function registerHandlers() {}');
  const warning = 'no handler is registered: events are stored, and nothing is done with them';
  expect((await check(setup)).stdout).toBe(`warning: ${warning}\nThe configuration is good.\n`);
  const receiver = receive(setup);
  await urlOf(receiver);
  expect(receiver.stderr()).toContain(warning);
});

it('a handler that is registered after the end is refused, loudly', async () => {
  const receiver = receive(
    writeModule(`
      import { setTimeout as sleep } from 'node:timers/promises';
      export function registerHandlers(hooks) {
        // A forgotten await.
        void sleep(500).then(() => hooks.on('postStart', {}, () => {}, { name: 'late' }));
      }`),
  );
  const url = await urlOf(receiver);
  await receiver.says(/handler late is registered too late: registerHandlers has ended/);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

it('a bucket to delete objects in, and no handler that does, is a warning; the shipped handlers have one', async () => {
  const withBucket = (source: string): ReceiveSetup => {
    const setup = writeModule(source);
    const lines = readFileSync(setup.file, 'utf8');
    const vars = [
      "S3_BUCKET: 'scratch'",
      "S3_PREFIX: '{podUid}/'",
      "S3_ACCESS_KEY_ID: 'id'",
      "S3_SECRET_ACCESS_KEY: 'key'",
    ];
    writeFileSync(setup.file, `${lines}vars: { ${vars.join(', ')} }\n`);
    return setup;
  };
  const own = await check(withBucket('export function registerHandlers() {}'));
  expect(own.stdout).toContain(
    'warning: S3_BUCKET is set, but delete-objects, the handler that it switches on, ',
  );
  const shipped = await check(withBucket(`export { registerHandlers } from '${REGISTER}';`));
  expect(shipped.stdout).toMatch(/^handler delete-objects: preStop, postStop; every event; 10 attempts/m);
  expect(shipped.stdout).not.toContain('warning');
});
