import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildFailure, build as esbuildBuild, Plugin } from 'esbuild';
import { messageOf } from '../../settings/ambient/describe-error.ts';
import { PACKAGE_MODULES } from './modules/package-modules.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const EXPORT = 'registerHandlers';

/** A module of somebody's own cannot be used; the message names it, and what it exports. */
export class OwnHandlersError extends Error {
  override readonly name = 'OwnHandlersError';
}

/**
 * For the entry of a Worker or a Lambda: puts a module of the user's in the place of the shipped `register.ts`. What it
 * imports of the package `offhook` comes from this checkout, so that nothing is there twice, and nothing has to be
 * installed.
 *
 * @param file relative to the working directory; undefined leaves the shipped handlers.
 * @param entryFile the module that imports `register.ts`. What else imports it still gets the shipped one.
 * @throws OwnHandlersError when the file is not there, cannot be read as a module, or exports no `registerHandlers`.
 */
export async function ownHandlers(
  file: string | undefined,
  entryFile: string,
  build: typeof esbuildBuild,
): Promise<readonly Plugin[]> {
  if (file === undefined) return [];
  const path = resolve(file);
  if (!existsSync(path)) throw new OwnHandlersError(`the module of handlers ${path} does not exist`);
  const exported = await exportsOf(path, build);
  if (!exported.includes(EXPORT)) {
    const found = exported.join(', ') || 'nothing';
    throw new OwnHandlersError(`${path} must export a function ${EXPORT}(hooks, env); it exports ${found}`);
  }
  return [handlersFrom(path, entryFile)];
}

function handlersFrom(path: string, entryFile: string): Plugin {
  return {
    name: 'own-handlers',
    setup({ onResolve }) {
      onResolve({ filter: /[\\/]handlers[\\/]register\.ts$/ }, ({ importer }) =>
        importer === entryFile ? { path } : null,
      );
      onResolve({ filter: /^offhook(\/|$)/ }, ({ path: specifier }) => {
        const found = PACKAGE_MODULES.find((module) => `offhook${module.path.slice(1)}` === specifier);
        return found === undefined ? null : { path: join(ROOT, found.source) };
      });
    },
  };
}

/** Names alone: whether it is a function shows when the receiver starts. */
async function exportsOf(path: string, build: typeof esbuildBuild): Promise<readonly string[]> {
  try {
    const { metafile } = await build({
      entryPoints: [path],
      outdir: 'handlers',
      bundle: true,
      packages: 'external',
      write: false,
      metafile: true,
      format: 'esm',
      target: 'es2024',
      logLevel: 'silent',
    });
    return Object.values(metafile.outputs).flatMap(({ exports }) => exports);
  } catch (cause) {
    throw new OwnHandlersError(`the module of handlers ${path} cannot be bundled: ${firstFault(cause)}`, {
      cause,
    });
  }
}

function firstFault(error: unknown): string {
  const [first] = (error as Partial<BuildFailure>).errors ?? [];
  if (first === undefined) return messageOf(error);
  const { location, text } = first;
  return location === null ? text : `${location.file}:${location.line}:${location.column + 1}: ${text}`;
}
