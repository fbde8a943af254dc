import type { Environment } from '../../settings/overrides.ts';
import type { WatcherConfig } from '../../watcher/config/watcher-config.ts';
import type { ClusterAccess } from '../../watcher/source/cluster/cluster-access.ts';
import { checkAccess, type WhichCluster } from './cluster/check-access.ts';
import { checkClock } from './cluster/check-clock.ts';
import { checkClusterUid } from './cluster/check-cluster-uid.ts';
import { checkEvents } from './cluster/check-events.ts';
import { checkLease } from './cluster/check-lease.ts';
import { checkStreamingLists } from './cluster/check-streaming-lists.ts';
import { checkSubscriptionKinds } from './cluster/check-subscription-kinds.ts';
import { checkVersion } from './cluster/check-version.ts';
import { checkConfiguration } from './configuration/check-configuration.ts';
import { checkSecretFiles } from './configuration/check-secret-files.ts';
import type { ReadConfiguration } from './configuration/read-configuration.ts';
import type { Examination, Examined } from './examination/examination.ts';
import { checkCluster } from './journal/check-cluster.ts';
import { checkContents } from './journal/check-contents.ts';
import { checkDirectory } from './journal/check-directory.ts';
import { checkHolder } from './journal/check-holder.ts';
import { checkRoom } from './journal/check-room.ts';
import { checkPermissions, skipPermissions } from './permissions/check-permissions.ts';
import { checkSubscriptions, skipSubscriptions } from './subscriptions/check-subscriptions.ts';

/**
 * Begins every check.
 *
 * @returns the way to the cluster, to be closed when all have ended; null where there is none.
 */
export async function examineAll(
  examination: Examination,
  from: {
    readonly configuration: ReadConfiguration;
    readonly which: WhichCluster;
    readonly env: Environment;
  },
): Promise<ClusterAccess | null> {
  const { configuration, which, env } = from;
  const config = checkConfiguration(examination, configuration);
  checkSecretFiles(examination, config, { ...configuration, env });
  if (configuration.kind === 'ok') checkSubscriptions(examination, config, configuration.config);
  else skipSubscriptions(examination, config);

  const access = checkAccess(examination, which, env);
  const server = checkVersion(examination, access);
  checkClock(examination, server);
  const identity = checkClusterUid(examination, server);
  checkStreamingLists(examination, [server, config]);
  checkEvents(examination, [server, config]);
  checkLease(examination, [server, config]);
  checkSubscriptionKinds(examination, server);
  examineJournal(examination, config, identity);

  // The namespace of the Lease can be that of the context.
  const cluster = await foundBy(access);
  const namespace = cluster?.namespace ?? null;
  if (configuration.kind === 'ok')
    checkPermissions(examination, server, { config: configuration.config, namespace });
  else skipPermissions(examination, config);
  return cluster;
}

function examineJournal(
  examination: Examination,
  config: Examined<WatcherConfig>,
  identity: Examined<string>,
): void {
  const directory = checkDirectory(examination, config);
  const contents = checkContents(examination, directory);
  checkRoom(examination, [directory, contents]);
  checkHolder(examination, directory);
  checkCluster(examination, [contents, identity]);
}

async function foundBy<T>({ finding }: Examined<T>): Promise<T | null> {
  const found = await finding;
  return found !== 'skipped' && 'value' in found ? found.value : null;
}
