import { formatFaults } from '../../../settings/fault.ts';
import { type ConfigResult, loadConfig } from '../../../watcher/config/load-config.ts';
import type { WatcherConfig } from '../../../watcher/config/watcher-config.ts';

/** A secret of 24 bytes, in the form that the configuration's files hold. */
export const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

export type Surroundings = {
  readonly env?: Record<string, string | undefined>;
  /** Files by path, besides `offhook.yaml` and `bridge.secret`. */
  readonly files?: Record<string, string | Uint8Array>;
};

/** Loads a configuration from text, with a good secret in `bridge.secret`. */
export function load(yaml: string | Uint8Array, { env = {}, files = {} }: Surroundings = {}): ConfigResult {
  const disk: Record<string, string | Uint8Array> = {
    'bridge.secret': `${SECRET}\n`,
    ...files,
    'offhook.yaml': yaml,
  };
  const readFile = (path: string) => {
    const content = disk[path];
    if (content === undefined) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
    return content;
  };
  return loadConfig({ env, readFile });
}

/** The configuration, or an error with the faults that were not expected. */
export function loadOk(yaml: string, surroundings: Surroundings = {}): WatcherConfig {
  const result = load(yaml, surroundings);
  if (result.kind === 'invalid') throw new Error(formatFaults(result.faults));
  return result.config;
}

/** The faults as the command line prints them, one a line; empty when there are none. */
export function faultLines(yaml: string | Uint8Array, surroundings: Surroundings = {}): string[] {
  const result = load(yaml, surroundings);
  return result.kind === 'invalid' ? formatFaults(result.faults).split('\n') : [];
}

/** A good configuration with more lines in its one subscription, which begin at line 5. */
export function withSubscription(...lines: string[]): string {
  return [
    'subscriptions:',
    '  - name: bridge',
    '    url: https://bridge.example.com/events',
    '    signingSecretFile: bridge.secret',
    ...lines.map((line) => `    ${line}`),
    '',
  ].join('\n');
}
