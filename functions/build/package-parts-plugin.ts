import type { Plugin } from 'esbuild';

/** What Offhook imports of packages whose index evaluates all of them, and where they have it. */
const PARTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // Its index also evaluates fetch, WebSocket, caches and mocks.
  undici: {
    Agent: 'undici/lib/dispatcher/agent.js',
    Dispatcher: 'undici/lib/dispatcher/dispatcher.js',
    Dispatcher1Wrapper: 'undici/lib/dispatcher/dispatcher1-wrapper.js',
    Pool: 'undici/lib/dispatcher/pool.js',
    ProxyAgent: 'undici/lib/dispatcher/proxy-agent.js',
    Socks5ProxyAgent: 'undici/lib/dispatcher/socks5-proxy-agent.js',
    buildConnector: 'undici/lib/core/connect.js',
  },
  // Its index also evaluates what collects from worker processes, with node:cluster, and metrics of Node itself.
  'prom-client': {
    Counter: 'prom-client/lib/counter.js',
    Gauge: 'prom-client/lib/gauge.js',
    Histogram: 'prom-client/lib/histogram.js',
    Registry: 'prom-client/lib/registry.js',
  },
};

/** `request` and its like are methods that undici's index gives to every dispatcher. */
const MORE: Readonly<Record<string, string>> = {
  undici: `
import methods from 'undici/lib/api/index.js';
Object.assign(Dispatcher.prototype, methods);`,
};

const HTTP2 = 'undici/lib/dispatcher/client-h2.js';

/**
 * For the bundle of the command line: of some packages only the parts that Offhook imports, because their index evaluates
 * what nobody here calls, and being CommonJS it cannot be tree-shaken. HTTP/2, which Offhook offers to nobody, is loaded when
 * it is spoken.
 *
 * A name that is imported and not listed does not build. Packages that import one of these themselves get all of it, when
 * they are loaded.
 */
export function packagePartsPlugin(): Plugin {
  return {
    name: 'package-parts',
    setup({ initialOptions, onResolve, onLoad }) {
      // undici's own switch, with which Node bundles it: without its second, experimental parser of HTTP/1.
      initialOptions.define = { ...initialOptions.define, esbuildDetection: 'true' };
      onResolve({ filter: new RegExp(`^(${Object.keys(PARTS).join('|')})$`) }, ({ path, importer }) =>
        /[\\/]node_modules[\\/]/.test(importer) ? null : { path, namespace: 'package-parts' },
      );
      onLoad({ filter: /./, namespace: 'package-parts' }, ({ path }) => ({
        contents: `${partsModule(PARTS[path] ?? {})}${MORE[path] ?? ''}`,
        loader: 'js',
        resolveDir: import.meta.dirname,
      }));
      onResolve({ filter: /^\.\/client-h2\.js$/ }, () => ({ path: HTTP2, namespace: 'when-called' }));
      onLoad({ filter: /./, namespace: 'when-called' }, ({ path }) => ({
        contents: `module.exports = (...given) => require(${JSON.stringify(path)})(...given);`,
        loader: 'js',
        resolveDir: import.meta.dirname,
      }));
    },
  };
}

function partsModule(parts: Readonly<Record<string, string>>): string {
  const imports = Object.entries(parts).map(([name, file]) => `import ${name} from '${file}';`);
  return `${imports.join('\n')}
export { ${Object.keys(parts).join(', ')} };`;
}
