import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { messageOf } from '../../settings/ambient/describe-error.ts';
import { bundleWorker } from './bundle-worker.ts';
import { PAGE_ASSETS_FILE } from './page-assets/separate-page-assets.ts';

/**
 * The most that Cloudflare takes of all modules of a Worker together, on every plan.
 *
 * @see https://developers.cloudflare.com/workers/platform/limits/#worker-size
 */
const CLOUDFLARE_LIMIT_BYTES = 67_108_864;
const LIMIT =
  'Cloudflare takes 64 MiB on every plan (until September 2026: 3 MB compressed, 10 MB on the Paid plan)';

const ENTRY_FILE = fileURLToPath(new URL('../platforms/cloudflare/worker.ts', import.meta.url));
/** What `main` in `wrangler.toml` names. */
const OUTPUT_FILE = fileURLToPath(new URL('../../dist/worker/worker.js', import.meta.url));

type BuildOptions = {
  readonly entryFile?: string;
  readonly outputFile?: string;
  readonly handlers?: string | undefined;
  readonly limitBytes?: number;
};

/** Bytes of the module, of the page's compressed files beside it, and of both as `gzip` would make them. */
type BuiltWorker = {
  readonly scriptBytes: number;
  readonly pageAssetsBytes: number;
  readonly compressedBytes: number;
};

/**
 * Builds the Worker that `wrangler deploy` uploads as it is. One that Cloudflare would not take, with the page beside it,
 * is not written.
 *
 * @param options `handlers` is a module of the user's, relative to the working directory, that exports
 *   `registerHandlers`; default: the shipped handlers.
 * @throws Error when it is larger than the limit, or does not build; OwnHandlersError when `handlers` cannot be used.
 */
export async function buildWorker(options: BuildOptions = {}): Promise<BuiltWorker> {
  const { entryFile = ENTRY_FILE, outputFile = OUTPUT_FILE, limitBytes = CLOUDFLARE_LIMIT_BYTES } = options;
  const { script, pageAssets, bytesOf } = await bundleWorker(entryFile, options.handlers);
  const scriptBytes = Buffer.byteLength(script);
  const pageAssetsBytes = pageAssets?.length ?? 0;
  const bytes = scriptBytes + pageAssetsBytes;
  if (bytes > limitBytes) {
    throw new Error(
      `the Worker has ${grouped(bytes)} bytes minified, and Cloudflare takes ${grouped(limitBytes)}: find out what ` +
        `was added (a package that a handler imports?). Most of it is ${largest(bytesOf)}`,
    );
  }
  const directory = dirname(outputFile);
  await mkdir(directory, { recursive: true });
  await writeFile(outputFile, script);
  if (pageAssets !== null) await writeFile(join(directory, PAGE_ASSETS_FILE), pageAssets);
  return { scriptBytes, pageAssetsBytes, compressedBytes: gzipSync(script).length + pageAssetsBytes };
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
    const { handlers } = parseArgs({ options: { handlers: { type: 'string' } } }).values;
    const { scriptBytes, pageAssetsBytes, compressedBytes } = await buildWorker({ handlers });
    console.log(
      `dist/worker/worker.js: ${grouped(scriptBytes)} bytes minified; beside it ${PAGE_ASSETS_FILE} with the page, ` +
        `${grouped(pageAssetsBytes)} bytes compressed; together ${grouped(scriptBytes + pageAssetsBytes)}, ` +
        `as gzip ${grouped(compressedBytes)}. ${LIMIT}`,
    );
  } catch (error) {
    console.error(`cannot build the Worker: ${messageOf(error)}`);
    process.exitCode = 1;
  }
}

if (import.meta.main) await main();
