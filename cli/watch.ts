import { systemClock } from '../settings/ambient/clock.ts';
import { formatFaults } from '../settings/fault.ts';
import { readBounded } from '../settings/files/read-bounded.ts';
import { ListenError } from '../settings/serving/listen.ts';
import { loadConfig } from '../watcher/config/load-config.ts';
import type { WatcherConfig } from '../watcher/config/watcher-config.ts';
import { JournalError, JournalWriteError } from '../watcher/journal/database/journal-error.ts';
import { type RunningWatcher, startWatcher } from '../watcher/run/start-watcher.ts';
import { type ClusterAccess, loadCluster } from '../watcher/source/cluster/cluster-access.ts';
import { ClusterAccessError } from '../watcher/source/cluster/cluster-access-error.ts';
import { proxiesOfEnvironment } from '../watcher/source/cluster/cluster-proxy.ts';
import { type Command, type CommandInput, type CommandIo, EXIT, stringOption } from './terminal/command.ts';
import { openLog } from './terminal/log-output.ts';
import { version } from './terminal/version.ts';

const HELP = `Usage: offhook watch [OPTIONS]

Follows the Pods of a cluster and sends their container lifecycle events to the subscriptions of the
configuration. Reads the cluster, never writes to it (but for the Lease of a standby, where the
configuration names one). Runs until SIGINT or SIGTERM, then gives the
deliveries in flight ten seconds and keeps the rest in the journal for the next start.

Inside a cluster it uses the Pod's service account; elsewhere it uses kubectl's configuration.
It needs: list and watch on pods, get on the namespace kube-system, and, for the earliest notice of a
preStop, list and watch on events (optional); for a standby get, create and update on leases.

Options:
  --config FILE        configuration (default offhook.yaml); offhook.example.yaml explains every key
  --kubeconfig FILE    kubeconfig to use instead of $KUBECONFIG or ~/.kube/config
  --context NAME       context of the kubeconfig
  --server URL         address of the API server, for example http://127.0.0.1:8001 of "kubectl proxy"
  --node NAME          only the Pods of one node, for one watcher per node; goes before OFFHOOK_NODE
  --replay-existing    at the first start, send postStart for what runs already
  --check              read the configuration, say what is wrong with it, and end
  -h, --help           this text

Environment: OFFHOOK_CLUSTER, OFFHOOK_JOURNAL_DIR, OFFHOOK_LOG_LEVEL, OFFHOOK_NODE, OFFHOOK_PORT go
before the file; HTTPS_PROXY, HTTP_PROXY and NO_PROXY say which proxy leads to receivers, to AWS and to
the API server (never from inside its cluster); variables named by secretEnv and bearerTokenEnv hold secrets.

Exit code: 0 after SIGINT or SIGTERM; 1 when it cannot start or the journal's disk fails; 2 for a
mistake on the command line or in the configuration.
`;

export const watchCommand: Command = {
  help: HELP,
  options: {
    config: { type: 'string' },
    kubeconfig: { type: 'string' },
    context: { type: 'string' },
    server: { type: 'string' },
    node: { type: 'string' },
    'replay-existing': { type: 'boolean' },
    check: { type: 'boolean' },
  },
  operands: 0,
  async run(input, io) {
    const config = readConfig(input, io);
    if (!config) return EXIT.usage;
    if (input.options.check) {
      io.stdout.write('The configuration is good.\n');
      return EXIT.ok;
    }
    const started = await start(config, input, io);
    return started ? runUntilStopped(started, io) : EXIT.failed;
  },
};

function readConfig(input: CommandInput, { env, stderr }: CommandIo): WatcherConfig | null {
  const file = stringOption(input, 'config');
  const node = stringOption(input, 'node');
  const result = loadConfig({
    ...(file !== undefined && { file }),
    env: node === undefined ? env : { ...env, OFFHOOK_NODE: node },
    readFile: readBounded,
  });
  if (result.kind === 'invalid') {
    stderr.write(`${formatFaults(result.faults)}\n`);
    return null;
  }
  for (const warning of result.warnings) stderr.write(`offhook watch: ${warning}\n`);
  const { config } = result;
  const replayExisting = config.watch.replayExisting || input.options['replay-existing'] === true;
  return { ...config, watch: { ...config.watch, replayExisting } };
}

type Started = { readonly watcher: RunningWatcher; readonly cluster: ClusterAccess };

async function start(config: WatcherConfig, input: CommandInput, io: CommandIo): Promise<Started | null> {
  let cluster: ClusterAccess | null = null;
  try {
    cluster = await loadCluster({
      kubeconfig: stringOption(input, 'kubeconfig'),
      context: stringOption(input, 'context'),
      server: stringOption(input, 'server'),
      proxyFor: proxiesOfEnvironment(io.env),
      env: io.env,
    });
    const log = openLog(config.log, io);
    const deps = { config, cluster, clock: systemClock, random: Math.random, log, version: version() };
    const watcher = await startWatcher(deps);
    log.info(
      { health: watcher.healthUrl, server: cluster.server, version: version() },
      'offhook watch is running',
    );
    return { watcher, cluster };
  } catch (error) {
    await cluster?.close();
    io.stderr.write(`offhook watch: ${startFailure(error)}\n`);
    return null;
  }
}

async function runUntilStopped({ watcher, cluster }: Started, { stop, stderr }: CommandIo): Promise<number> {
  const stopped = new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    stop.addEventListener('abort', () => resolve(), { once: true });
  });
  try {
    await Promise.race([stopped, watcher.ended]);
    return EXIT.ok;
  } catch (error) {
    stderr.write(`offhook watch: ${startFailure(error)}\n`);
    return EXIT.failed;
  } finally {
    await watcher.stop();
    await cluster.close();
  }
}

/** What the operator can do something about is one sentence; anything else is a defect and keeps its stack. */
function startFailure(error: unknown): string {
  const expected =
    error instanceof ClusterAccessError ||
    error instanceof JournalError ||
    error instanceof JournalWriteError ||
    error instanceof ListenError;
  if (expected) return error.message;
  throw error;
}
