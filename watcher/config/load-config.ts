import { type ConfigFault, inReadingOrder } from '../../settings/fault.ts';
import type { ReadFile } from '../../settings/files/read-text.ts';
import { readEnvironmentProxies } from '../../settings/outbound/proxy-rules.ts';
import { applyOverrides, type Environment } from '../../settings/overrides.ts';
import { readDocument } from '../../settings/read-document.ts';
import { clashFaults, renameHints, renameKeys } from '../../settings/renamed-keys.ts';
import { schemaFaults } from '../../settings/schema-faults.ts';
import { createSecretSources } from '../../settings/secret-source.ts';
import { adviceOn } from './advice.ts';
import { configSchema } from './config-schema.ts';
import { readOverrides } from './environment.ts';
import { FORMER_WATCHER_KEYS } from './former-watcher-keys.ts';
import { toWatcherConfig, type WatcherConfig } from './watcher-config.ts';

const DEFAULT_FILE = 'offhook.yaml';

export type ConfigResult =
  | { readonly kind: 'ok'; readonly config: WatcherConfig; readonly warnings: readonly string[] }
  | { readonly kind: 'invalid'; readonly faults: readonly ConfigFault[] };

type LoadConfigOptions = {
  /** Path of the configuration; default `offhook.yaml` in the working directory. */
  readonly file?: string;
  readonly env: Environment;
  readonly readFile: ReadFile;
};

/**
 * Loads `offhook.yaml` (UTF-8, at most 1 MiB), lays the environment's overrides over it (OFFHOOK_CLUSTER,
 * OFFHOOK_LOG_LEVEL, OFFHOOK_DATA_DIR, OFFHOOK_PORT, OFFHOOK_NODE), reads the secrets it names and the proxies of
 * HTTPS_PROXY, HTTP_PROXY and NO_PROXY, and gives one frozen configuration, or every fault at once. Relative paths start at the working directory.
 *
 * Never throws for what an operator can write; call it again to pick up rotated secrets.
 */
export function loadConfig({ file = DEFAULT_FILE, env, readFile }: LoadConfigOptions): ConfigResult {
  const environment = readOverrides(env);
  const { proxies, faults: proxyFaults } = readEnvironmentProxies(env);
  const invalid = (faults: readonly ConfigFault[]): ConfigResult => ({
    kind: 'invalid',
    faults: inReadingOrder([...faults, ...environment.faults, ...proxyFaults]),
  });

  const document = readDocument(file, readFile);
  if (document.kind === 'invalid') return invalid(document.faults);
  if (document.value === null)
    return invalid([{ file, path: '', message: 'is empty; see offhook.example.yaml' }]);

  const { locate } = document;
  const { value, moved, clashes } = renameKeys(document.value, FORMER_WATCHER_KEYS);
  const clashing = clashFaults(clashes, file, locate);
  const { overrides } = environment;
  const schema = configSchema(createSecretSources({ env, readFile }));
  const parsed = schema.safeParse(applyOverrides(value, overrides));
  if (!parsed.success) {
    const faults = schemaFaults(parsed.error, { file, locate, overrides, moved });
    return invalid([...clashing, ...faults]);
  }
  if (clashing.length + environment.faults.length + proxyFaults.length > 0) return invalid(clashing);

  const config = toWatcherConfig(parsed.data, { host: defaultHost(env), proxies });
  const hints = renameHints(moved, file, locate);
  return { kind: 'ok', config, warnings: [...hints, ...environment.warnings, ...adviceOn(config)] };
}

/** In a Pod the kubelet's probes come from outside the Pod; anywhere else only this machine may ask. */
function defaultHost(env: Environment): string {
  return env.KUBERNETES_SERVICE_HOST === undefined ? '127.0.0.1' : '0.0.0.0';
}
