import type { BuildOptions } from 'esbuild';

/**
 * Packages that find their parts by `require`, which an ES module does not have. Under a name of its own, so that it
 * cannot meet a `createRequire` of the bundled code.
 */
const REQUIRE_BANNER =
  "import { createRequire as createRequireOfLambda } from 'node:module'; const require = createRequireOfLambda(import.meta.url);";

/**
 * How every Lambda is bundled: one ES module, minified, with function names kept, because handlers are known by them.
 * The AWS SDK is bundled, too: the one that comes with Lambda's Node changes under a function that nobody deployed.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
 */
export const LAMBDA_OPTIONS = {
  bundle: true,
  minify: true,
  keepNames: true,
  sourcemap: true,
  // Stack traces need positions only; the sources would treble the upload.
  sourcesContent: false,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  mainFields: ['module', 'main'],
  banner: { js: REQUIRE_BANNER },
  logLevel: 'silent',
} as const satisfies BuildOptions;
