import type { ConfigFault } from '../../../settings/fault.ts';
import { readBounded } from '../../../settings/files/read-bounded.ts';
import type { Environment } from '../../../settings/overrides.ts';
import { loadConfig } from '../../../watcher/config/load-config.ts';
import type { WatcherConfig } from '../../../watcher/config/watcher-config.ts';

/**
 * The configuration as the watcher reads it.
 *
 * @property file as it was named.
 * @property secretFiles what was read besides the configuration itself and certificates, as it is named there.
 */
export type ReadConfiguration = { readonly file: string; readonly secretFiles: readonly string[] } & (
  | { readonly kind: 'ok'; readonly config: WatcherConfig; readonly warnings: readonly string[] }
  | { readonly kind: 'invalid'; readonly faults: readonly ConfigFault[] }
);

export function readConfiguration(file: string, env: Environment): ReadConfiguration {
  const read = new Set<string>();
  const result = loadConfig({
    file,
    env,
    readFile(path, maxBytes) {
      const content = readBounded(path, maxBytes);
      // Only what could be read: anything else may be a secret that stands where a path belongs.
      if (!isCertificate(content)) read.add(path);
      return content;
    },
  });
  read.delete(file);
  return { ...result, file, secretFiles: [...read] };
}

/** Certificates are public; a file that holds a key beside them is not. */
function isCertificate(content: string | Uint8Array): boolean {
  const text = Buffer.from(content).toString('latin1');
  return text.includes('-----BEGIN CERTIFICATE-----') && !text.includes('PRIVATE KEY-----');
}
