import { createLocalCluster } from '../../infra/local/cluster.ts';
import { playScenarios } from '../../infra/local/scenes/scenarios.ts';
import { messageOf } from '../../settings/ambient/describe-error.ts';
import { type ClusterAccess, loadCluster } from '../../watcher/source/cluster/cluster-access.ts';
import { proxiesOfEnvironment } from '../../watcher/source/cluster/cluster-proxy.ts';
import type { CommandIo } from '../command/command-io.ts';
import type { ListenOptions } from './listen-options.ts';

/** The cluster that is followed. `name`: for people. */
type ListenedCluster = {
  readonly access: ClusterAccess;
  readonly name: string;
  /** Lets happen there what was asked for; nothing in a real cluster. */
  play(): void;
  close(): Promise<void>;
};

/** @throws ClusterAccessError when there is none, or it cannot be used. */
export async function openListenedCluster(
  options: Pick<ListenOptions, 'kubeconfig' | 'context' | 'server' | 'embedded' | 'scenario'>,
  io: CommandIo,
): Promise<ListenedCluster> {
  if (options.embedded) return openEmbedded(options, io);
  const { kubeconfig, context, server } = options;
  const { env } = io;
  const access = await loadCluster({ kubeconfig, context, server, env, proxyFor: proxiesOfEnvironment(env) });
  return {
    access,
    name: `${access.server}  (${access.contextName ?? 'current context'}, read only)`,
    play() {},
    close: () => access.close(),
  };
}

async function openEmbedded(
  { scenario }: Pick<ListenOptions, 'scenario'>,
  { stderr }: CommandIo,
): Promise<ListenedCluster> {
  const names = scenario.length === 0 ? (['hooks'] as const) : [...new Set(scenario)];
  const releases = new AsyncDisposableStack();
  const cluster = await createLocalCluster({ nodes: ['node1', 'node2'] });
  releases.defer(() => cluster.close());
  try {
    const access = await loadCluster({ server: cluster.url });
    releases.defer(() => access.close());
    return {
      access,
      name: `${cluster.url}  (embedded: ${names.join(', ')})`,
      play() {
        const playing = playScenarios(cluster, names, {
          onFailure: (name, error) => stderr.write(`The scenario ${name} broke off: ${messageOf(error)}\n`),
        });
        releases.defer(() => playing.close());
      },
      close: () => releases.disposeAsync(),
    };
  } catch (error) {
    await releases.disposeAsync();
    throw error;
  }
}
