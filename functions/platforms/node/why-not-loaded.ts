import { existsSync, realpathSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeError, errorCodeOf } from '../../../settings/ambient/describe-error.ts';

/** What Node says of `import` and `export` in a file that it takes for CommonJS; the words are V8's. */
const ESM_IN_COMMONJS = /outside a module|Unexpected token 'export'/;

/**
 * Why a module could not be imported, and what to write where Node's own words do not say so: a file that is read as
 * CommonJS, TypeScript that cannot be stripped, an extension that Node does not know.
 *
 * @param path absolute, of the module.
 */
export function whyNotLoaded(path: string, error: unknown): string {
  const place = placeOf(error);
  const why = `${describeError(error)}${place === null ? '' : ` (${place.file}:${place.line})`}`;
  switch (errorCodeOf(error)) {
    case 'ERR_UNKNOWN_FILE_EXTENSION':
      return `${why}; a module ends in .ts, .mts, .js or .mjs (write .tsx without JSX as .ts)`;
    case 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX':
      return (
        `${why}; types are removed, nothing is compiled: write it in JavaScript, such as an object "as const" for an enum ` +
        '(tsc --erasableSyntaxOnly finds all of these), or name a .js that was built'
      );
    case 'ERR_INVALID_TYPESCRIPT_SYNTAX':
      return `${why}; tsc --noEmit tells more`;
    default:
      return error instanceof SyntaxError && ESM_IN_COMMONJS.test(error.message)
        ? `${why}; ${whyCommonJs(place?.file ?? path)}`
        : why;
  }
}

function whyCommonJs(path: string): string {
  const extension = extname(path);
  const asModule = path.slice(0, -extension.length) + (extension.endsWith('ts') ? '.mts' : '.mjs');
  if (extension === '.cts' || extension === '.cjs') {
    return `${extension} says that it is CommonJS, and import and export are not: name it ${asModule}`;
  }
  const file = nearestPackageFile(path);
  if (file === null) return `it is read as CommonJS: name it ${asModule}`;
  return `it is read as CommonJS because of ${file}: write "type": "module" there, or name the module ${asModule}`;
}

/** The package.json that says what the files around it are. */
function nearestPackageFile(path: string): string | null {
  // Node looks from where the file really is.
  for (let folder = dirname(realpathSync(path)); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file)) return file;
    if (folder === dirname(folder)) return null;
  }
}

/** Where an error of syntax is, which can be a module that this one imports: the first line of its stack. */
function placeOf(error: unknown): { readonly file: string; readonly line: string } | null {
  const first = error instanceof Error ? (error.stack ?? '').split('\n', 1)[0] : undefined;
  const { url, line } = /^(?<url>(file:\/\/)?\/.*):(?<line>\d+)$/.exec(first ?? '')?.groups ?? {};
  if (url === undefined || line === undefined) return null;
  return { file: url.startsWith('file:') ? fileURLToPath(url) : url, line };
}
