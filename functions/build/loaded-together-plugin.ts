import { relative } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * What is loaded when it is asked for comes in few files instead of many. esbuild cuts a bundle wherever two entries share
 * something that a third does not, and each `import()` is an entry: the help of a command line came from thirty files, a
 * watcher from a hundred, and each of them is found, read, compiled and kept by itself.
 *
 * So each module that is imported by `import()` imports, too, what was loaded before it anyway, and what is loaded at
 * other times by something of its kind.
 *
 * @param root directory of the sources; modules outside of it, and packages, are left alone.
 * @param besides what goes with a module, both named relative to `root`; nothing of it may do anything at import.
 */
export function loadedTogetherPlugin(root: string, besides: (module: string) => readonly string[]): Plugin {
  return {
    name: 'loaded-together',
    setup({ onResolve, onLoad, resolve }) {
      onResolve({ filter: /^\.{1,2}\// }, async ({ path, kind, resolveDir, importer }) => {
        if (kind !== 'dynamic-import') return null;
        const found = await resolve(path, { kind: 'import-statement', resolveDir, importer });
        const module = relative(root, found.path);
        if (found.errors.length > 0 || /^\.\.|(^|\/)node_modules\//.test(module)) return null;
        return { path: module, namespace: NAMESPACE };
      });
      onLoad({ filter: /./, namespace: NAMESPACE }, ({ path: module }) => ({
        contents: [
          ...besides(module).map((other) => `import ${JSON.stringify(`./${other}`)};`),
          `export * from ${JSON.stringify(`./${module}`)};`,
        ].join('\n'),
        loader: 'js',
        resolveDir: root,
      }));
    },
  };
}

const NAMESPACE = 'loaded-together';
