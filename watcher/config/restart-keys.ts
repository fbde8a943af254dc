import { isDeepStrictEqual } from 'node:util';
import type { WatcherConfig } from './watcher-config.ts';

/** No rule of NO_PROXY is about them. */
const PROBES = ['http://probe.invalid/', 'https://probe.invalid/'].map((url) => new URL(url));

/** Keys of the file that differ and are read at the start alone, in the order of the file. */
export function restartKeys(before: WatcherConfig, after: WatcherConfig): string[] {
  const [was, is] = [keysOf(before), keysOf(after)];
  return Object.keys(was).filter((key) => !isDeepStrictEqual(was[key], is[key]));
}

function keysOf(config: WatcherConfig): Readonly<Record<string, unknown>> {
  const { cluster, journal, proxyFor, egress, watch, standby, tenancy, listen, log } = config;
  const { directory, ...rest } = journal;
  return {
    cluster,
    dataDir: directory,
    // Those of the file have theirs anew.
    proxy: tenancy && PROBES.map((url) => proxyFor?.(url)).map((each) => [each?.origin, revealed(each)]),
    egress: tenancy && egress,
    journal: rest,
    watch,
    standby,
    tenancy: tenancy && { ...tenancy, signingKeys: tenancy.signingKeys.map((key) => key.reveal()) },
    listen,
    'log.format': log.format,
  };
}

function revealed(proxy: ReturnType<NonNullable<WatcherConfig['proxyFor']>> | undefined) {
  return proxy?.authorization?.reveal();
}
