import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../settings/ambient/describe-error.ts';
import { bundleWorker } from './bundle-worker.ts';
import { PAGE_ASSETS_FILE } from './page-assets/separate-page-assets.ts';

/**
 * The most that module and page may have together. Cloudflare takes larger Workers, but every isolate parses the whole
 * module before its first answer. Beyond this size something has come in that does not belong there.
 */
const WORKER_LIMIT_BYTES = 262_144;

const ENTRY_FILE = fileURLToPath(new URL('../platforms/cloudflare/worker.ts', import.meta.url));
/** What `main` in `wrangler.toml` names. */
const OUTPUT_FILE = fileURLToPath(new URL('../../dist/worker/worker.js', import.meta.url));

type BuildOptions = {
  readonly entryFile?: string;
  readonly outputFile?: string;
  readonly limitBytes?: number;
};

/** Bytes of the module, and of the page's compressed files beside it. */
type BuiltWorker = { readonly scriptBytes: number; readonly pageAssetsBytes: number };

/**
 * Builds the Worker that `wrangler deploy` uploads as it is. One that is above the limit, with the page beside it, is not
 * written, so that it cannot be deployed either.
 *
 * @throws Error when it is larger than the limit, or does not build.
 */
export async function buildWorker(options: BuildOptions = {}): Promise<BuiltWorker> {
  const { entryFile = ENTRY_FILE, outputFile = OUTPUT_FILE, limitBytes = WORKER_LIMIT_BYTES } = options;
  const { script, pageAssets, bytesOf } = await bundleWorker(entryFile);
  const scriptBytes = Buffer.byteLength(script);
  const pageAssetsBytes = pageAssets?.length ?? 0;
  const bytes = scriptBytes + pageAssetsBytes;
  if (bytes > limitBytes) {
    throw new Error(
      `the Worker has ${grouped(bytes)} bytes minified, the limit is ${grouped(limitBytes)}: find out what ` +
        'was added (a package that a handler imports?), or raise WORKER_LIMIT_BYTES in ' +
        `functions/build/build-worker.ts. Most of it is ${largest(bytesOf)}`,
    );
  }
  const directory = dirname(outputFile);
  await mkdir(directory, { recursive: true });
  await writeFile(outputFile, script);
  if (pageAssets !== null) await writeFile(join(directory, PAGE_ASSETS_FILE), pageAssets);
  return { scriptBytes, pageAssetsBytes };
}

/** The five files that take most of the module. */
function largest(bytesOf: Readonly<Record<string, number>>): string {
  const files = Object.entries(bytesOf).toSorted(([, a], [, b]) => b - a);
  return files
    .slice(0, 5)
    .map(([path, bytes]) => `${path} (${grouped(bytes)})`)
    .join(', ');
}

function grouped(bytes: number): string {
  return bytes.toLocaleString('en-US');
}

/** `npm run build:worker`, and the build step of `wrangler.toml`. */
async function main(): Promise<void> {
  try {
    const { scriptBytes, pageAssetsBytes } = await buildWorker();
    console.log(
      `dist/worker/worker.js: ${grouped(scriptBytes)} bytes minified; beside it ${PAGE_ASSETS_FILE} with the page, ` +
        `${grouped(pageAssetsBytes)} bytes compressed; together ${grouped(scriptBytes + pageAssetsBytes)}, ` +
        `limit ${grouped(WORKER_LIMIT_BYTES)}`,
    );
  } catch (error) {
    console.error(`cannot build the Worker: ${messageOf(error)}`);
    process.exitCode = 1;
  }
}

if (import.meta.main) await main();
