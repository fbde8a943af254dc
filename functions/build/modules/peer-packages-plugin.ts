import type { Plugin } from 'esbuild';

/**
 * Leaves packages out of a bundle that a project brings itself, and says so where it does not. They are loaded by
 * `require`: what is not there to be imported is told by Node before any line of ours runs.
 *
 * @param names of the packages, all of which are needed together.
 * @param neededBy the module of ours, as it is imported.
 */
export function peerPackagesPlugin(names: readonly string[], neededBy: string): Plugin {
  const missing = `${neededBy} needs the packages ${names.join(' and ')}: npm install ${names.join(' ')}`;
  return {
    name: 'peer-packages',
    setup({ onResolve, onLoad }) {
      const filter = new RegExp(`^(?:${names.join('|')})(?:/|$)`);
      onResolve({ filter }, ({ path, kind }) =>
        kind === 'require-call' ? { path, external: true } : { path, namespace: 'peer-package' },
      );
      onLoad({ filter: /./, namespace: 'peer-package' }, ({ path }) => ({
        contents: `
try {
  module.exports = require(${JSON.stringify(path)});
} catch (cause) {
  if (cause.code !== 'MODULE_NOT_FOUND' && cause.code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw cause;
  throw new Error(${JSON.stringify(missing)}, { cause });
}`,
        loader: 'js',
      }));
    },
  };
}
