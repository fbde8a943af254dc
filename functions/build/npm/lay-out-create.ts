import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a project develops with. */
const TOOLS = ['@types/node', 'aws-cdk-lib', 'constructs', 'esbuild', 'typescript', 'wrangler'];

type Checkout = Readonly<Record<string, unknown>> & {
  readonly version: string;
  readonly devDependencies: Readonly<Record<string, string>>;
};

/** Plain enough for an old Node, which is to say what is missing instead of what it cannot parse. */
const ENTRY = `
import { readFileSync } from 'node:fs';
import { createOffhook } from './create-offhook.ts';
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  console.error('offhook needs Node 24.15 or newer; this is Node ' + process.versions.node + '.');
  process.exitCode = 1;
} else {
  const { stdin, stdout, stderr, argv } = process;
  const versions = JSON.parse(readFileSync(new URL('./versions.json', import.meta.url), 'utf8'));
  process.exitCode = await createOffhook({ args: argv.slice(2), stdin, stdout, stderr }, versions);
  stdin.destroy();
}`;

/**
 * Lays out the package `create-offhook`, which `npm create offhook` runs: one file and the versions that it writes, without
 * dependencies.
 *
 * @param outDir emptied first.
 */
export async function layOutCreate(root: string, checkout: Checkout, outDir: string): Promise<void> {
  const { build } = await import('esbuild');
  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  const { version, license, repository } = checkout;
  await build({
    stdin: { contents: ENTRY, resolveDir: join(root, 'functions/package/create'), loader: 'js' },
    outfile: join(outDir, 'create-offhook.js'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node18',
    banner: { js: '#!/usr/bin/env node' },
    logLevel: 'warning',
  });
  const manifest = {
    name: 'create-offhook',
    version,
    description: 'Writes a project for handlers of Offhook: npm create offhook@latest',
    license,
    repository,
    type: 'module',
    bin: { 'create-offhook': 'create-offhook.js' },
    files: ['create-offhook.js', 'versions.json'],
  };
  await writeFile(join(outDir, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  // Read by the command, and by the release, which must know what it promises.
  await writeFile(join(outDir, 'versions.json'), `${JSON.stringify(versionsOf(checkout), null, 2)}\n`);
  await writeFile(join(outDir, 'README.md'), README);
  await copyFile(join(root, 'LICENSE'), join(outDir, 'LICENSE'));
}

/** Tools in the versions that this checkout is developed with. */
function versionsOf({ version, devDependencies }: Checkout): Readonly<Record<string, string | undefined>> {
  const tools = TOOLS.map((name) => [name, devDependencies[name]]);
  return { offhook: `^${version}`, ...Object.fromEntries(tools) };
}

const README = `# create-offhook

\`\`\`sh
npm create offhook@latest my-handlers
\`\`\`

writes a project with one handler for the lifecycle of containers in Kubernetes, its test, and what deploys it to Cloudflare Workers, AWS
Lambda or Node: [Offhook](https://github.com/offhook/offhook).
`;
