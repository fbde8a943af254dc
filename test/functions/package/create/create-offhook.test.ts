import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from 'wrangler';
import { layOutCreatePackage } from '../../../../functions/build/npm/lay-out-package.ts';
import { createOffhook } from '../../../../functions/package/create/create-offhook.ts';
import { makeTemporaryDirectory } from '../../support/temporary-directory.ts';
import { type PackedPackage, packPackage, program, runIn } from '../support/packed-package.ts';

const ROOT = process.cwd();

type Lambda = { readonly Properties: { readonly Code: { readonly S3Key: string } } };

describe('npm create offhook', { timeout: 300_000 }, () => {
  let removeDirectory = async () => {};
  let directory: string;
  let packed: PackedPackage;
  let command: string;
  beforeAll(async () => {
    const made = await makeTemporaryDirectory();
    directory = made.path;
    removeDirectory = made.remove;
    packed = await packPackage(directory);
    await layOutCreatePackage(join(directory, 'create'));
    await runIn(directory, 'npm', ['pack', '--silent', './create']);
    await unpack('create-offhook', directory);
    command = join(directory, 'node_modules/create-offhook/create-offhook.js');
  }, 300_000);
  afterAll(() => removeDirectory());

  const unpack = async (name: 'create-offhook' | 'offhook', into: string) => {
    const folder = join(into, 'node_modules', name);
    await mkdir(folder, { recursive: true });
    const tarball =
      name === 'offhook'
        ? packed.tarball
        : join(
            directory,
            (await readdir(directory)).find((file) => file.startsWith('create-offhook-')) ?? '',
          );
    await runIn(into, 'tar', ['-xzf', tarball, '-C', folder, '--strip-components', '1']);
  };

  const create = (...args: string[]) =>
    promisify(execFile)(process.execPath, [command, ...args], { cwd: directory });

  /** As after `npm install`: the package from its tarball, and the tools that the checkout has, too. */
  const project = async (platform: string) => {
    await create(`My ${platform}`, '--platform', platform);
    const path = join(directory, `My ${platform}`);
    await unpack('offhook', path);
    await mkdir(join(path, 'node_modules/@types'));
    for (const name of ['@types/node', 'undici-types', 'typescript'])
      await symlink(join(ROOT, 'node_modules', name), join(path, 'node_modules', name));
    return path;
  };

  const checkProject = async (path: string) => {
    await runIn(path, program('tsc'), []);
    expect(await runIn(path, process.execPath, ['--test'])).toMatch(/pass 2\n.*fail 0\n/s);
  };

  it('writes a Worker whose test passes, and which wrangler would deploy', async () => {
    const path = await project('cloudflare');
    await checkProject(path);
    const outdir = join(path, 'out');
    const said = await runIn(path, program('wrangler'), ['deploy', '--dry-run', '--outdir', outdir]);
    const bindings = ['CLAIMS (Claims)', 'EVENTS', 'DEAD_LETTERS', 'AUDIT', 'CHECKPOINTS'];
    for (const binding of bindings) expect(said).toContain(`env.${binding}`);
    expect(await readFile(join(outdir, 'worker.js'), 'utf8')).toContain('page-on-oom');
    const config = join(path, 'wrangler.toml');
    expect(unstable_readConfig({ config }).compatibility_date).toBe(
      unstable_readConfig({ config: join(ROOT, 'wrangler.toml') }).compatibility_date,
    );
    const bound = (file: string) => {
      const { workerOptions } = unstable_getMiniflareWorkerOptions(file);
      const { d1Databases, durableObjects, queueConsumers, queueProducers, r2Buckets } = workerOptions;
      const all = { d1Databases, durableObjects, queueProducers, r2Buckets };
      return [Object.values(all).map((each) => Object.keys(each ?? {})), Object.values(queueConsumers ?? {})];
    };
    expect(JSON.stringify(bound(config)).replaceAll('my-cloudflare-', 'offhook-')).toBe(
      JSON.stringify(bound(join(ROOT, 'wrangler.toml'))),
    );
    const migrate = ['d1', 'migrations', 'apply', 'my-cloudflare-audit', '--local'];
    expect(await runIn(path, program('wrangler'), migrate)).toContain('0001_audit.sql');
  });

  it('writes a stack with its handlers in it, which its own command synthesizes, without an account', async () => {
    const path = await project('aws');
    for (const name of ['aws-cdk-lib', 'constructs', 'esbuild'])
      await symlink(join(ROOT, 'node_modules', name), join(path, 'node_modules', name));
    await checkProject(path);
    await runIn(path, 'npm', ['run', '--silent', 'synth']);
    const out = join(path, 'cdk.out');
    const { Resources, Outputs } = JSON.parse(await readFile(join(out, 'my-aws.template.json'), 'utf8'));
    expect(Object.keys(Outputs)).toEqual(expect.arrayContaining(['EventsUrl', 'SigningSecretArn']));
    const handlers = Object.entries<Lambda>(Resources).find(([id]) => /^Handlers[0-9A-F]{8}$/.test(id));
    const asset = `asset.${handlers?.[1].Properties.Code.S3Key.replace('.zip', '')}`;
    const file = join(out, asset, 'index.mjs');
    expect(await readFile(file, 'utf8')).toContain('page-on-oom');
    const call = `console.log(typeof (await import(${JSON.stringify(pathToFileURL(file).href)})).handler)`;
    expect(await runIn(path, process.execPath, ['--input-type=module', '-e', call])).toBe('function\n');
    const commands = /npx aws-cdk@\S+ (?:bootstrap|deploy)/g;
    const said = (await readFile(join(path, 'README.md'), 'utf8')).match(commands);
    expect(said).toEqual((await readFile(join(ROOT, 'docs/aws.md'), 'utf8')).match(commands));
  });

  it('writes a receiver whose test passes, and whose configuration is right', async () => {
    const path = await project('node');
    await checkProject(path);
    const offhook = join(path, 'node_modules/offhook/bin/offhook.js');
    await runIn(path, process.execPath, [offhook, 'keygen', '--out', 'bridge.secret']);
    const said = await runIn(path, process.execPath, [offhook, 'receive', '--check']);
    expect(said).toMatch(/\baudit\b/);
  });

  it('names the project after its directory, and keeps out of git what is secret', async () => {
    await create('Pager_2', '--platform', 'node');
    const read = (file: string) => readFile(join(directory, 'Pager_2', file), 'utf8');
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    expect(JSON.parse(await read('package.json'))).toMatchObject({
      name: 'pager-2',
      dependencies: { offhook: `^${version}` },
    });
    expect(await read('.gitignore')).toContain('*.secret\n');
    expect(await read('README.md')).toMatch(/```sh\nnpm install\nnpm test\nnpx offhook .+\n```/);
  });

  it.each([
    [['there', '--platform', 'node'], /there is not empty \(a\.txt\): name a new directory/],
    [['there/a.txt', '--platform', 'node'], /a\.txt is a file: name a directory/],
    [['new', '--platform', 'azure'], /--platform takes cloudflare, aws, node, not "azure"/],
    [['new'], /there is no terminal to ask on: --platform takes cloudflare, aws, node/],
    [['new', 'old'], /one directory, not 2/],
    [['new', '--force'], /Unknown option '--force'/],
  ])('refuses %j, and writes nothing', async (args, message) => {
    await mkdir(join(directory, 'there'), { recursive: true });
    await writeFile(join(directory, 'there/a.txt'), 'mine');
    const running = create(...args);
    running.child.stdin?.end();
    const failed = await running.catch((error) => error);
    expect(failed).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
    expect(await readdir(join(directory, 'there'))).toEqual(['a.txt']);
    expect(await readdir(directory)).not.toContain('new');
  });

  it.each([
    [['2\n'], 0, 'cdk.json'],
    [['no', 'de\n'], 0, 'Dockerfile'],
    [['azure\n', 'Cloudflare\n'], 0, 'wrangler.toml'],
    [['a\nb\nc\n'], 2, null],
    [[], 2, null],
  ])('asks on a terminal where it will run: %j', async (answers, code, file) => {
    const path = join(directory, `asked-${Math.random()}`);
    async function* typed() {
      yield* answers;
    }
    const said: string[] = [];
    const out = { write: (text: string) => said.push(text) };
    const stdin = Object.assign(typed(), { isTTY: true });
    expect(await createOffhook({ args: [path], stdin, stdout: out, stderr: out }, {})).toBe(code);
    expect(said.join('')).toMatch(/^Where will it run\?\n {2}1 {2}cloudflare/);
    if (file === null) expect(said.join('')).toContain('no platform was chosen: --platform takes');
    else expect(await readdir(path)).toContain(file);
  });
});
