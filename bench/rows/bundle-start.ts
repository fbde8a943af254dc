import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * The start as an image ships it: one bundle with its dependencies, tree-shaken. Type stripping and the generated
 * models of client-node would cost 100 MiB that have nothing to do with Pods.
 *
 * @returns the module to run.
 */
export async function bundleStart(directory: string): Promise<string> {
  mkdirSync(directory, { recursive: true });
  const outfile = `${directory}/start-process.mjs`;
  await build({
    entryPoints: [fileURLToPath(new URL('./start-process.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    logLevel: 'error',
    // Some dependencies are CommonJS and ask for Node's modules by require.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  return outfile;
}
