/**
 * Bundles a Worker module as it is deployed: one ES module, minified, with function names kept, because handlers
 * are known by them.
 *
 * @throws Error when `esbuild` (a development dependency) is not installed, or the module does not build.
 */
export async function bundleWorker(entryFile: string): Promise<string> {
  const { build } = await importEsbuild();
  const { outputFiles } = await build({
    entryPoints: [entryFile],
    bundle: true,
    write: false,
    minify: true,
    keepNames: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

async function importEsbuild(): Promise<typeof import('esbuild')> {
  try {
    return await import('esbuild');
  } catch (cause) {
    throw new Error('bundling the Worker needs the development dependencies: run npm ci', { cause });
  }
}
