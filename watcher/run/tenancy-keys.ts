import { randomBytes } from 'node:crypto';
import { readBounded } from '../../settings/files/read-bounded.ts';
import type { Secret } from '../../settings/secret.ts';
import type { WatcherConfig } from '../config/watcher-config.ts';
import { keptTenancyKey } from '../tenancy/keys/kept-key.ts';
import type { TenancyKey } from '../tenancy/keys/namespace-key.ts';
import type { WatcherDeps } from './watcher-deps.ts';

/** The current one first. */
export type TenancyKeys = readonly [Secret<TenancyKey>, ...Secret<TenancyKey>[]];

/**
 * What the keys of namespaces are derived from: the configured keys, or the one beside the journal. Null, with a word about
 * it, where there is none that all replicas have.
 *
 * @throws Error where the kept key cannot be used.
 */
export function tenancyKeys(
  { tenancy, standby, journal }: Pick<WatcherConfig, 'tenancy' | 'standby' | 'journal'>,
  log: Pick<WatcherDeps['log'], 'warn'>,
): TenancyKeys | null {
  const [current, ...previous] = tenancy?.signingKeys ?? [];
  if (current !== undefined) return [current, ...previous];
  if (standby === undefined)
    return [keptTenancyKey(journal.directory, { random: randomBytes, readFile: readBounded })];
  log.warn(
    {},
    'subscriptions as objects are not followed: replicas that share a Lease need one key, tenancy.signingKeyFile (`offhook keygen` makes it)',
  );
  return null;
}
