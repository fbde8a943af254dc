import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { buildSync as esbuildBuildSync, Plugin } from 'esbuild';
import { findHandlersModule } from './handlers-module.ts';
import { PACKAGE_MODULES } from './modules/package-modules.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * For the entry of a Worker or a Lambda: puts a module of the user's in the place of the shipped `register.ts`. What it
 * imports of the package `offhook` comes from this checkout, so that nothing is there twice, and nothing has to be
 * installed.
 *
 * @param file relative to the working directory; undefined leaves the shipped handlers.
 * @param entryFile the module that imports `register.ts`. What else imports it still gets the shipped one.
 * @throws OwnHandlersError when the file is not there, cannot be read as a module, or exports no `registerHandlers`.
 */
export function ownHandlers(
  file: string | undefined,
  entryFile: string,
  buildSync: typeof esbuildBuildSync,
): readonly Plugin[] {
  return file === undefined ? [] : [handlersFrom(findHandlersModule(file, buildSync), entryFile)];
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
