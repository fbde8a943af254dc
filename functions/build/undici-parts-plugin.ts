import type { Plugin } from 'esbuild';

/** What Offhook imports of undici, and where undici has it. */
const PARTS: Readonly<Record<string, string>> = {
  Agent: 'dispatcher/agent',
  Dispatcher: 'dispatcher/dispatcher',
  Dispatcher1Wrapper: 'dispatcher/dispatcher1-wrapper',
  Pool: 'dispatcher/pool',
  ProxyAgent: 'dispatcher/proxy-agent',
  Socks5ProxyAgent: 'dispatcher/socks5-proxy-agent',
  buildConnector: 'core/connect',
};

/**
 * For the bundle of the command line: of undici only the parts that Offhook imports. Its index evaluates all of it (fetch,
 * WebSocket, caches, mocks), which nobody here calls, and being CommonJS it cannot be tree-shaken.
 *
 * A name that is imported and not listed does not build. Packages that import undici themselves get all of it, when they
 * are loaded.
 */
export function undiciPartsPlugin(): Plugin {
  return {
    name: 'undici-parts',
    setup({ initialOptions, onResolve, onLoad }) {
      // undici's own switch, with which Node bundles it: without its second, experimental parser of HTTP/1.
      initialOptions.define = { ...initialOptions.define, esbuildDetection: 'true' };
      onResolve({ filter: /^undici$/ }, ({ importer }) =>
        /[\\/]node_modules[\\/]/.test(importer) ? null : { path: 'undici', namespace: 'undici-parts' },
      );
      onLoad({ filter: /./, namespace: 'undici-parts' }, () => ({
        contents: partsModule(),
        loader: 'js',
        resolveDir: import.meta.dirname,
      }));
    },
  };
}

/** `request` and its like are methods that the index gives to every dispatcher. */
function partsModule(): string {
  const imports = Object.entries(PARTS).map(([name, path]) => `import ${name} from 'undici/lib/${path}.js';`);
  return `${imports.join('\n')}
import methods from 'undici/lib/api/index.js';
Object.assign(Dispatcher.prototype, methods);
export { ${Object.keys(PARTS).join(', ')} };`;
}
