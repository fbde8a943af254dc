import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { PACKAGE_MODULES } from '../../../functions/build/modules/package-modules.ts';
import { makeTemporaryDirectory } from '../support/temporary-directory.ts';
import { awsCdkCases } from './aws-cdk.cases.ts';
import { createProject, type PackedPackage, packPackage, program, runIn } from './support/packed-package.ts';

const MOST_INSTALLED_BYTES = 40_000_000;

const HANDLERS = `
import { createVerifier, keygen, type LifecycleEvent, parseEvent, sign } from 'offhook';
import { registerAudit } from 'offhook/handlers/audit';
import { GiveUp, type JsonValue, type RegisterHandlers } from 'offhook/hooks';
import type { Delivered } from 'offhook/testing';

export const resultOf = ({ runs }: Delivered): JsonValue | undefined => runs[0]?.result;

export const registerHandlers: RegisterHandlers = (hooks, env) => {
  registerAudit(hooks, env);
  hooks.on('postStop', { namespace: 'shop' }, async (event, ctx) => {
    const code: number | null = event.data.exit.code;
    if (code === 0) return;
    await ctx.fetch('https://pager.example/alerts', { method: 'POST', body: event.data.pod.name });
  }, { name: 'page-on-crash' });
  hooks.on('preStop', { trigger: 'evicted' }, () => { throw new GiveUp('no'); }, { name: 'b' });
  hooks.on('postStop', async () => ({ ticket: 'OPS-1', tries: [1, null], note: undefined }), { name: 'result' });
  hooks.on('postStop', (event) => (event.data.exit.code === 0 ? undefined : event.data.exit.code), { name: 'maybe' });
  // @ts-expect-error a Response is no JSON: await it
  hooks.on('postStop', (_, ctx) => ctx.fetch('https://pager.example'), { name: 'response' });
  // @ts-expect-error there is no such field
  hooks.on('preStart', {}, (event) => event.data.exit, { name: 'c' });
  // @ts-expect-error there is no such hook
  hooks.on('postStopp', {}, () => {}, { name: 'd' });
};

export async function roundTrip(): Promise<string> {
  const { secret } = await keygen('v1');
  const body = new TextEncoder().encode('{}');
  const headers = await sign({ id: 'evt_1', timestampSeconds: 1, body }, [secret]);
  const verdict = await (await createVerifier({ keys: [secret] })).verify(new Headers(headers), body, 1_000);
  return [verdict.kind, parseEvent(body).kind].join();
}
export type Any = LifecycleEvent;
`;

const WORKER = `
import { createWorker } from 'offhook/cloudflare';
import { registerHandlers, roundTrip } from './handlers.js';
const worker = createWorker(registerHandlers);
export { Claims } from 'offhook/cloudflare';
export default { ...worker, fetch: async () => new Response(await roundTrip()) };
`;

const everyPath = PACKAGE_MODULES.map(({ path }) => `offhook${path.slice(1)}`);

describe('the npm package', { timeout: 300_000 }, () => {
  let removeDirectory = async () => {};
  let directory: string;
  let packed: PackedPackage;
  beforeAll(async () => {
    const made = await makeTemporaryDirectory();
    directory = made.path;
    removeDirectory = made.remove;
    packed = await packPackage(directory);
  }, 300_000);
  afterAll(() => removeDirectory());

  const project = async (files: Readonly<Record<string, string>>) => {
    const path = join(directory, `project-${Math.random()}`);
    await mkdir(path);
    await createProject(path, packed.tarball, files);
    return path;
  };

  it('has nothing that publint or attw find fault with', async () => {
    expect(await runIn(directory, program('publint'), ['--strict', packed.folder])).toContain('All good!');
    await runIn(directory, program('attw'), [packed.tarball, '--profile', 'esm-only']);
  });

  it.each([
    ['nodenext', 'nodenext'],
    ['bundler', 'esnext'],
  ])(
    'has types for projects that resolve as %s, without any other package',
    async (moduleResolution, module) => {
      const imports = everyPath.map((path, index) => `import * as m${index} from '${path}';`).join('\n');
      const all = everyPath.map((_, index) => `m${index}`).join();
      const path = await project({
        'handlers.ts': HANDLERS,
        'all.ts': `${imports}\nexport default [${all}];\n`,
      });
      const options = ['--strict', '--noEmit', '--target', 'es2024', '--lib', 'es2024,dom', '--types', ''];
      const resolution = ['--module', module, '--moduleResolution', moduleResolution, '--skipLibCheck'];
      await runIn(path, program('tsc'), [...options, ...resolution, 'handlers.ts', 'all.ts']);
    },
  );

  it('is imported by every path on Node, but for the one that is of Workers', async () => {
    const paths = everyPath.filter((path) => path !== 'offhook/cloudflare');
    const imports = `await Promise.all(${JSON.stringify(paths)}.map((path) => import(path)));`;
    const path = await project({ 'all.mjs': `${imports}\nconsole.log('all');`, 'handlers.ts': HANDLERS });
    for (const name of ['aws-cdk-lib', 'constructs'])
      await symlink(join(process.cwd(), 'node_modules', name), join(path, 'node_modules', name));
    expect(await runIn(path, process.execPath, ['all.mjs'])).toBe('all\n');
    const call = "console.log(await (await import('./handlers.ts')).roundTrip())";
    expect(await runIn(path, process.execPath, ['--input-type=module', '-e', call])).toBe(
      'verified,unreadable\n',
    );
  });

  it('is a Worker in workerd, bundled by the project itself', async () => {
    const path = await project({ 'handlers.ts': HANDLERS, 'worker.ts': WORKER });
    await runIn(path, program('esbuild'), [
      ...['worker.ts', '--bundle', '--format=esm', '--outfile=worker.js', '--external:cloudflare:*'],
      ...['--external:node:*', '--conditions=workerd', '--log-level=error'],
    ]);
    const miniflare = new Miniflare({
      modules: true,
      script: await readFile(join(path, 'worker.js'), 'utf8'),
      compatibilityDate: '2026-06-01',
      compatibilityFlags: ['nodejs_compat'],
    });
    onTestFinished(() => miniflare.dispose());
    expect(await (await miniflare.dispatchFetch('http://worker/')).text()).toBe('verified,unreadable');
  });

  it('is used as docs/sdk.md shows: its files compile, and its test passes', async () => {
    const page = await readFile(new URL('../../../docs/sdk.md', import.meta.url), 'utf8');
    const files = [...page.matchAll(/```ts\n\/\/ (?<name>\S+)\n(?<text>[\s\S]*?)```/g)].map(
      ({ groups }) => groups,
    );
    expect(files.map((file) => file?.name)).toEqual([
      ...[
        'src/hooks.ts',
        'test/hooks.test.ts',
        'src/worker.ts',
        'src/stack.ts',
        'src/handlers.ts',
        'src/main.ts',
        'src/verify.ts',
      ],
    ]);
    const path = await project({});
    await mkdir(join(path, 'src'));
    await mkdir(join(path, 'test'));
    for (const file of files) await writeFile(join(path, file?.name ?? ''), file?.text ?? '');
    for (const name of ['@types', 'aws-cdk-lib', 'constructs'])
      await symlink(join(process.cwd(), 'node_modules', name), join(path, 'node_modules', name));
    const options = ['--strict', '--noEmit', '--skipLibCheck', '--types', 'node', '--target', 'es2024'];
    const resolution = ['--module', 'nodenext', '--allowImportingTsExtensions', '--erasableSyntaxOnly'];
    await runIn(path, program('tsc'), [...options, ...resolution, ...files.map((file) => file?.name ?? '')]);
    expect(await runIn(path, process.execPath, ['--test'])).toMatch(/pass 2\n/);
  });

  it('is used as README.md shows: its handler compiles', async () => {
    const page = await readFile(new URL('../../../README.md', import.meta.url), 'utf8');
    const blocks = [...page.matchAll(/```ts\n(?<code>[\s\S]*?)```/g)].map(({ groups }) => groups?.code);
    expect(blocks).toHaveLength(1);
    const module = (code = '') =>
      `import type { RegisterHandlers } from 'offhook/hooks';\nexport const registerHandlers: RegisterHandlers = (hooks, env) => {\n${code}};\n`;
    const misspelt = blocks[0]?.replace('event.data', 'event.dataa');
    const path = await project({ 'readme.ts': module(blocks[0]), 'misspelt.ts': module(misspelt) });
    const options = ['--strict', '--noEmit', '--skipLibCheck', '--types', '', '--target', 'es2024'];
    const check = (file: string) =>
      runIn(path, program('tsc'), [...options, '--lib', 'es2024,dom', '--module', 'nodenext', file]);
    await check('readme.ts');
    await expect(check('misspelt.ts')).rejects.toThrow(/'dataa' does not exist/);
  });

  awsCdkCases(project);

  it('is small where Node is there, and its README leads somewhere on npm', async () => {
    const path = await project({});
    const [bytes = '0'] = (await runIn(path, 'du', ['-sb', 'node_modules'])).split('\t');
    expect(Number(bytes)).toBeLessThan(MOST_INSTALLED_BYTES);
    const readme = await runIn(path, 'cat', ['node_modules/offhook/README.md']);
    expect(readme.match(/\]\((?!https:\/\/|#)[^)]*\)/g)).toBeNull();
    expect(readme).toContain('](https://github.com/offhook/offhook/raw/v');
  });
});
