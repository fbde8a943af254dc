import { printable } from '../../protocol/json/printable.ts';
import { systemClock } from '../../settings/ambient/clock.ts';
import { type ClusterAccess, loadCluster } from '../../watcher/source/cluster/cluster-access.ts';
import { ClusterAccessError } from '../../watcher/source/cluster/cluster-access-error.ts';
import { proxiesOfEnvironment } from '../../watcher/source/cluster/cluster-proxy.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { SubscriptionError } from './subscription-error.ts';
import { createSubscriptionObjects, type SubscriptionObjects } from './subscription-objects.ts';
import type { SubscriptionScope } from './subscription-record.ts';
import type { WhichSubscriptions } from './which-subscriptions.ts';

type Work = (objects: SubscriptionObjects, scope: SubscriptionScope) => Promise<number>;

/**
 * Finds the cluster, runs `work` and lets go of it. What somebody can do something about becomes a message and exit code 1.
 */
export async function withSubscriptions(
  which: WhichSubscriptions,
  io: CommandIo,
  work: Work,
): Promise<number> {
  const { kubeconfig, context, server } = which;
  const { env, stop, stderr } = io;
  const say = (line: string) => stderr.write(`offhook subscription: ${line}\n`);
  let cluster: ClusterAccess | null = null;
  try {
    const proxyFor = proxiesOfEnvironment(env);
    cluster = await loadCluster({ kubeconfig, context, server, env, clock: systemClock, proxyFor });
    const objects = createSubscriptionObjects({ cluster, clock: systemClock }, stop);
    return await work(objects, scopeOf(which, cluster.namespace));
  } catch (error) {
    if (stop.aborted) say('stopped before the end');
    else if (error instanceof ClusterAccessError) say(error.message);
    else if (error instanceof SubscriptionError)
      for (const line of [error.message, ...error.hints]) say(printable(line));
    else throw error;
    return EXIT.failed;
  } finally {
    await cluster?.close();
  }
}

function scopeOf(which: WhichSubscriptions, ofContext: string | null): SubscriptionScope {
  if (which.cluster) return { kind: 'ClusterHookSubscription', namespace: null };
  const namespace = which.allNamespaces ? null : (which.namespace ?? ofContext ?? 'default');
  return { kind: 'HookSubscription', namespace };
}
