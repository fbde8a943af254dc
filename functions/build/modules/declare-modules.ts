import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { PACKAGE_MODULES } from './package-modules.ts';

const run = promisify(execFile);

/** What a declaration takes from elsewhere. */
const SPECIFIER = /(?<before>\bfrom |\bimport\(|\bimport )(?<quote>['"])(?<specifier>[^'"]+)\k<quote>/g;
/** Of the runtime, declared for the compiler and not to be published. */
const AMBIENT = ['functions/platforms/cloudflare/claims/cloudflare-workers.d.ts'];

/**
 * Writes the declarations of the package's modules, and of what they name, as the compiler makes them of the sources.
 * What no module leads to is left out.
 *
 * @param outDir gets the folders of the checkout again.
 * @throws Error with the compiler's words.
 */
export async function declareModules(root: string, outDir: string): Promise<void> {
  const all = await mkdtemp(join(root, 'node_modules', '.offhook-declarations-'));
  try {
    await compile(root, all);
    const seen = new Set<string>();
    const follow = async (file: string): Promise<void> => {
      if (seen.has(file)) return;
      seen.add(file);
      const { text, leadsTo } = published(await readFile(join(all, file), 'utf8'), file);
      await mkdir(dirname(join(outDir, file)), { recursive: true });
      await writeFile(join(outDir, file), text);
      for (const next of leadsTo) await follow(next);
    };
    for (const { source } of PACKAGE_MODULES) await follow(declarationOf(source));
  } finally {
    await rm(all, { recursive: true });
  }
}

async function compile(root: string, outDir: string): Promise<void> {
  const config = join(outDir, 'tsconfig.json');
  const compilerOptions = { noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: root };
  const files = [...PACKAGE_MODULES.map(({ source }) => source), ...AMBIENT].map((file) => join(root, file));
  await writeFile(
    config,
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { ...compilerOptions, outDir, typeRoots: [join(root, 'node_modules/@types')] },
      include: [],
      exclude: [],
      files,
    }),
  );
  try {
    await run(join(root, 'node_modules/.bin/tsc'), ['-p', config]);
  } catch (error) {
    const said = error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
    throw new Error(`the declarations of the package cannot be made:\n${said}`, { cause: error });
  }
}

/** Declarations lie beside JavaScript that is not there: resolvers look for `x.d.ts` where `x.js` is named. */
function published(
  text: string,
  file: string,
): { readonly text: string; readonly leadsTo: readonly string[] } {
  const leadsTo: string[] = [];
  const rewritten = text.replace(SPECIFIER, (all, before: string, quote: string, specifier: string) => {
    if (!specifier.startsWith('.')) return all;
    leadsTo.push(declarationOf(normalize(join(dirname(file), specifier))));
    return `${before}${quote}${specifier.replace(/\.ts$/, '.js')}${quote}`;
  });
  return { text: rewritten, leadsTo };
}

function declarationOf(source: string): string {
  return source.replace(/\.ts$/, '.d.ts');
}
