import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const run = promisify(execFile);
const MAIN = join(import.meta.dirname, '..', '..', '..', 'infra', 'aws', 'main.ts');

test('aws:synth writes a template and the Lambdas, without credentials and without a network', {
  timeout: 120_000,
}, async () => {
  const { directory, synth } = workplace();
  const { stdout } = await synth('--out', join(directory, 'cdk.out'));
  expect(stdout).toMatch(/Lambda receiver +\d+ KiB\nLambda handlers +\d+ KiB\nLambda maintenance +\d+ KiB\n/);
  expect(stdout).toContain('The template is in cdk.out/offhook.template.json');
  const template = JSON.parse(readFileSync(join(directory, 'cdk.out', 'offhook.template.json'), 'utf8'));
  const types = Object.values<{ Type: string }>(template.Resources).map(({ Type }) => Type);
  expect(types.filter((type) => type === 'AWS::Lambda::Function')).toHaveLength(3);
  expect(template.Resources.CDKMetadata).toBeUndefined();
  const assets = readdirSync(join(directory, 'cdk.out')).filter((name) => name.startsWith('asset.'));
  expect(assets).toHaveLength(3);
  for (const asset of assets) {
    expect(readdirSync(join(directory, 'cdk.out', asset)).toSorted()).toEqual(['index.mjs', 'index.mjs.map']);
  }
});

test('a mistake in the settings is named with its place, and nothing is written', async () => {
  const { directory, synth } = workplace();
  writeFileSync(join(directory, 'aws.yaml'), 'page: perhaps\n');
  const failed = await synth('--settings', 'aws.yaml', '--out', 'cdk.out').catch((error) => error);
  expect(failed).toMatchObject({
    code: 2,
    stderr: 'aws.yaml:1:7 page: expected true or false, got "perhaps"\n',
  });
  expect(existsSync(join(directory, 'cdk.out'))).toBe(false);
});

test('a module of handlers is found from the settings file, and is in the Lambda that runs handlers', {
  timeout: 120_000,
}, async () => {
  const { directory, synth } = workplace();
  mkdirSync(join(directory, 'settings'));
  writeFileSync(join(directory, 'settings', 'aws.yaml'), 'handlers: { module: ../hooks.ts }\n');
  writeFileSync(
    join(directory, 'hooks.ts'),
    `import type { RegisterHandlers } from 'offhook/hooks';
     import { registerAudit } from 'offhook/handlers/audit';
     export const registerHandlers: RegisterHandlers = (hooks, env) => {
       registerAudit(hooks, env);
       hooks.on('postStop', {}, async function pageSomebody() {});
     };`,
  );
  await synth('--settings', 'settings/aws.yaml', '--out', 'cdk.out');
  const modules = Object.fromEntries(
    ['receiver', 'handlers', 'maintenance'].map((name) => [
      name,
      readFileSync(join(directory, 'cdk.out', 'lambda', name, 'index.mjs'), 'utf8'),
    ]),
  );
  expect(modules.handlers).toContain('"pageSomebody"');
  expect(modules.handlers).not.toContain('ANNOUNCE_URL');
  expect(modules.receiver).not.toContain('pageSomebody');
  const { registerHandlers, handler } = await import(join(directory, 'cdk.out/lambda/handlers/index.mjs'));
  expect([typeof registerHandlers, typeof handler]).toEqual(['undefined', 'function']);
});

test('a module without handlers is named with what it exports, and nothing is written', async () => {
  const { directory, synth } = workplace();
  writeFileSync(join(directory, 'aws.yaml'), 'handlers: { module: hooks.ts }\n');
  writeFileSync(join(directory, 'hooks.ts'), 'export const hooks = 1;\n');
  const failed = await synth('--settings', 'aws.yaml', '--out', 'cdk.out').catch((error) => error);
  expect(failed).toMatchObject({ code: 2 });
  expect(failed.stderr).toMatch(
    /^aws\.yaml: handlers\.module: \/\S+\/hooks\.ts must export a function registerHandlers.+; it exports hooks\n$/,
  );
  expect(existsSync(join(directory, 'cdk.out', 'offhook.template.json'))).toBe(false);
});

test('a module that does not bundle is named with the line that does not', async () => {
  const { directory, synth } = workplace();
  writeFileSync(join(directory, 'aws.yaml'), 'handlers: { module: hooks.ts }\n');
  writeFileSync(
    join(directory, 'hooks.ts'),
    "import pad from 'left-pad';\nexport const registerHandlers = pad;\n",
  );
  const failed = await synth('--settings', 'aws.yaml', '--out', 'cdk.out').catch((error) => error);
  expect(failed).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /^aws\.yaml: handlers\.module: the module of handlers \/\S+\/hooks\.ts cannot be bundled: hooks\.ts:1:17: Could not resolve "left-pad"\n$/,
    ),
  });
});

test('an unknown option is a mistake, too', async () => {
  const failed = await workplace()
    .synth('--profile', 'x')
    .catch((error) => error);
  expect(failed).toMatchObject({ code: 2, stderr: expect.stringContaining("Unknown option '--profile'") });
});

function workplace() {
  const directory = mkdtempSync(join(tmpdir(), 'offhook-synth-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const synth = (...args: string[]) => run(process.execPath, [MAIN, ...args], { cwd: directory, env: {} });
  return { directory, synth };
}
