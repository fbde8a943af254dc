import { isBuiltin } from 'node:module';
import type { Plugin } from 'esbuild';

/** For what packages import, apart: what one of them has by `require` is wrapped by esbuild, with all that it imports. */
const OF_PACKAGES = 'builtin-of-packages';
const OURS = 'builtin';
const WHEN_CALLED: ReadonlySet<string> = new Set(['node:crypto', 'node:timers/promises', 'node:v8']);
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/**
 * Of Node's own modules only the names that are used are read.
 *
 * For an `import` Node reads every export of a module once, to make a name of each; and some of them load what they are
 * when they are read: importing node:http loads Node's own fetch, 700 kB of it, and node:crypto the Web Crypto API.
 * `process.getBuiltinModule` reads none.
 *
 * Some modules load many of their own (node:crypto 16, 5 to 10 ms of a start), and many a command calls nothing of them: for our
 * own code their functions load them when they are first called. Not for packages, which may ask whether something is an
 * instance of a class.
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
        onLoad({ filter: /./, namespace }, ({ path }) => ({
          contents: namespace === OURS && WHEN_CALLED.has(path) ? lateNames(path) : readNames(path),
          loader: 'js',
        }));
    },
  };
}

/** What nobody imports of it is dropped as pure, so it does not matter when another Node lacks some of the names. */
function readNames(module: string): string {
  const read = namesOf(module).map((name) => exported(name, `of(${JSON.stringify(name)})`));
  return `const all = /* @__PURE__ */ ${gotten(module)};
const of = (name) => all[name];
export default all;
${read.join('\n')}`;
}

/** Functions that call those of the module, and make objects of its classes. Its other values cannot be imported. */
function lateNames(module: string): string {
  const parts: object = process.getBuiltinModule(module) ?? {};
  const made = namesOf(module)
    .filter((name) => typeof Reflect.get(parts, name) === 'function')
    .map((name) => exported(name, `whenCalled(${JSON.stringify(name)})`));
  return `const whenCalled = (name) => {
  let part;
  return function (...args) {
    part ??= ${gotten(module)}[name];
    return new.target === undefined ? part(...args) : new part(...args);
  };
};
${made.join('\n')}`;
}

function namesOf(module: string): readonly string[] {
  return Object.keys(process.getBuiltinModule(module) ?? {}).filter(
    (name) => IDENTIFIER.test(name) && name !== 'default',
  );
}

function gotten(module: string): string {
  return `process.getBuiltinModule(${JSON.stringify(module)})`;
}

function exported(name: string, value: string): string {
  return `const $${name} = /* @__PURE__ */ ${value}; export { $${name} as ${name} };`;
}
