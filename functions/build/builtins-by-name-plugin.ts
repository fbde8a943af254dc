import { isBuiltin } from 'node:module';
import type { Plugin } from 'esbuild';

/** For what packages import, apart: what one of them has by `require` is wrapped by esbuild, with all that it imports. */
const OF_PACKAGES = 'builtin-of-packages';
const OURS = 'builtin';
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/**
 * Of Node's own modules only the names that are used are read.
 *
 * For an `import` Node reads every export of a module once, to make a name of each; and some of them load what they are
 * when they are read: importing node:http loads Node's own fetch, 700 kB of it, and node:crypto the Web Crypto API.
 * `process.getBuiltinModule` reads none.
 */
export function builtinsByNamePlugin(): Plugin {
  return {
    name: 'builtins-by-name',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^[\w:/]+$/ }, ({ path, kind, importer }) => {
        if (kind !== 'import-statement' || !isBuiltin(path)) return null;
        const isPackage = /[\\/]node_modules[\\/]/.test(importer);
        return { path, namespace: isPackage ? OF_PACKAGES : OURS };
      });
      for (const namespace of [OURS, OF_PACKAGES])
        onLoad({ filter: /./, namespace }, ({ path }) => ({ contents: readNames(path), loader: 'js' }));
    },
  };
}

/** What nobody imports of it is dropped as pure, so it does not matter when another Node lacks some of the names. */
function readNames(module: string): string {
  const names = Object.keys(process.getBuiltinModule(module) ?? {});
  const read = names
    .filter((name) => IDENTIFIER.test(name) && name !== 'default')
    .map((name) => {
      const value = `/* @__PURE__ */ of(${JSON.stringify(name)})`;
      return `const $${name} = ${value}; export { $${name} as ${name} };`;
    });
  return `const all = /* @__PURE__ */ process.getBuiltinModule(${JSON.stringify(module)});
const of = (name) => all[name];
export default all;
${read.join('\n')}`;
}
