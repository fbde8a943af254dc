import { createLoginPath } from '../../functions/access/token/login-link.ts';
import { stopBundler } from '../../functions/build/stop-bundler.ts';
import {
  startInWorkerd,
  type WorkerdReceiver,
} from '../../functions/platforms/cloudflare/local/miniflare.ts';
import { createLocalCluster, type LocalCluster } from '../../infra/local/cluster.ts';
import { NEIGHBOUR_NAMESPACES, startNeighbours } from '../../infra/local/scenes/neighbours.ts';
import { EVENTS_PATH, HEALTH_PATH } from '../../protocol/http/receiver-paths.ts';
import { printableJson } from '../../protocol/json/printable.ts';
import { generateSecret } from '../../protocol/signature/keygen.ts';
import { parseSigningSecret } from '../../protocol/signature/signing-secret.ts';
import { systemClock } from '../../settings/ambient/clock.ts';
import { messageOf } from '../../settings/ambient/describe-error.ts';
import type { WatcherConfig } from '../../watcher/config/watcher-config.ts';
import type { RunningWatcher } from '../../watcher/run/start-watcher.ts';
import { type ClusterAccess, loadCluster } from '../../watcher/source/cluster/cluster-access.ts';
import { proxiesOfEnvironment } from '../../watcher/source/cluster/cluster-proxy.ts';
import type { CommandIo } from '../command/command-io.ts';
import { untilStopped } from '../command/until-stopped.ts';
import { localSubscription } from '../watch/local-subscription.ts';
import { startVolatileWatcher } from '../watch/start-volatile-watcher.ts';
import { createAttemptMemory } from './attempt-memory.ts';
import { choosePort } from './choose-port.ts';
import { planDevTenancy, subscribeInside } from './dev-subscription.ts';
import { createStageReport } from './stage-report.ts';
import { tellStory } from './tell-story.ts';

type DevOptions = {
  readonly cluster:
    | { readonly kind: 'embedded'; readonly port: number }
    | {
        readonly kind: 'real';
        readonly kubeconfig: string | undefined;
        readonly context: string | undefined;
      };
  readonly receiverPort: number | 'default';
  /** 0: the Pod is left to the user. */
  readonly deleteAfterMs: number;
  readonly once: boolean;
  /** Other Pods beside hooks-pod, on the embedded cluster. */
  readonly neighbours: boolean;
  readonly verbose: boolean;
};

const DEFAULT_PORT = 8787;
/** The functions are on this machine. */
const HEALTH_MS = 5_000;
/** Dev's own subscription, to everything. */
const OWN = 'workerd';

/**
 * Starts embedded cluster (or none), functions and watcher, in the order in which each needs the other, tells the
 * story of hooks-pod, and releases all of it in reverse.
 *
 * @returns false when something could not start, or a story told `once` did not come to its end.
 */
export async function runDev(options: DevOptions, io: CommandIo): Promise<boolean> {
  const say = (text: string): void => io.stdout.write(`${text}\n`);
  const releases: (() => Promise<unknown> | unknown)[] = [];
  let starting = true;
  try {
    say('Starting the functions in workerd, the cluster and the watcher …');
    const { secret } = await generateSecret('v1');
    // Known to nobody: people come in by the link made from it.
    const { secret: pageToken } = await generateSecret('v1');
    const memory = createAttemptMemory(systemClock);
    const inside = options.cluster.kind === 'embedded' ? planDevTenancy() : null;
    const secrets = inside === null ? [secret] : [secret, inside.publicKey];
    const progress = createStageReport({
      write: say,
      clock: systemClock,
      colour: io.stdout.isTTY === true && !io.env.NO_COLOR,
      neighbours: options.neighbours && options.cluster.kind === 'embedded' ? NEIGHBOUR_NAMESPACES : [],
    });
    const onLog = progress.onLog;
    const receiver = await startReceiver(
      options,
      { secrets, pageToken, attempts: memory.attempts, onLog },
      io,
    );
    releases.push(() => receiver.dispose());
    const embedded =
      options.cluster.kind === 'embedded'
        ? await createLocalCluster({ port: options.cluster.port, clusterUid: inside?.clusterUid })
        : null;
    if (embedded) releases.push(() => embedded.close());
    if (embedded) await subscribeInside(embedded, receiver.url);
    const cluster = await accessTo(options, embedded, io);
    releases.push(() => cluster.close());
    const parts = { cluster, secret, receiver, memory, progress, tenancy: inside?.tenancy };
    const watcher = await startWatcher(options, parts, io);
    releases.push(() => watcher.release());
    releases.push(progress.follow(() => healthOf(receiver)));
    starting = false;
    /** @throws what made the watcher end. */
    const untilEnd = async () => {
      await Promise.race([untilStopped(io.stop), watcher.running.ended]);
      return true;
    };
    const loginUrl = receiver.url + (await createLoginPath(pageToken, systemClock.nowMs()));
    introduce(say, { receiver, loginUrl, embedded, cluster, watcher: watcher.running });
    if (!embedded) return await untilEnd();
    const story = tellStory({
      cluster: embedded,
      watcher: watcher.running,
      progress,
      say: progress.say,
      clock: systemClock,
      stop: io.stop,
      onApplied: () => {
        if (options.neighbours && !io.stop.aborted) releases.push(letNeighboursLive(embedded, progress.say));
      },
      deleteAfterMs: options.deleteAfterMs,
    });
    if (options.once) return await Promise.race([story, watcher.running.ended.then(() => false)]);
    story.catch((error: unknown) => progress.say(`The story of hooks-pod broke off: ${messageOf(error)}`));
    return await untilEnd();
  } catch (error) {
    // What keeps it from starting (a taken port, a missing file) is for the user; anything later is a defect.
    if (!starting) throw error;
    io.stderr.write(`offhook dev: cannot start: ${messageOf(error)}\n`);
    return false;
  } finally {
    for (const release of releases.reverse()) await release();
  }
}

function startWatcher(
  { verbose }: DevOptions,
  parts: {
    readonly cluster: ClusterAccess;
    readonly secret: string;
    readonly receiver: WorkerdReceiver;
    readonly memory: ReturnType<typeof createAttemptMemory>;
    readonly progress: ReturnType<typeof createStageReport>;
    readonly tenancy: WatcherConfig['tenancy'] | undefined;
  },
  io: CommandIo,
) {
  const { cluster, secret, receiver, memory, progress, tenancy } = parts;
  const url = `${receiver.url}${EVENTS_PATH}`;
  return startVolatileWatcher({
    cluster,
    subscription: localSubscription({ name: OWN, url, secrets: [parseSigningSecret(secret)] }),
    ...(tenancy && { tenancy }),
    observer: {
      ...progress,
      onAttempt(report) {
        // The story is told by one subscription; what objects get is in their status.
        if (report.subscription !== OWN) return;
        memory.onAttempt(report);
        progress.onAttempt(report);
      },
    },
    verbose,
    io,
  });
}

async function startReceiver(
  options: DevOptions,
  {
    secrets,
    pageToken,
    attempts,
    onLog,
  }: {
    readonly secrets: readonly string[];
    readonly pageToken: string;
    readonly onLog: (line: string) => void;
    readonly attempts: ReturnType<typeof createAttemptMemory>['attempts'];
  },
  io: CommandIo,
): Promise<WorkerdReceiver> {
  const port = options.receiverPort === 'default' ? await choosePort(DEFAULT_PORT) : options.receiverPort;
  const write = (line: string): void => io.stderr.write(`${printableJson(line)}\n`);
  const vars = { PAGE_TOKEN: pageToken };
  const receiver = await startInWorkerd({
    ...{ port, secrets, vars, attempts, collectsOften: true },
    onLog(line) {
      onLog(line);
      if (options.verbose) write(line);
    },
  });
  // Nothing is bundled any more.
  await stopBundler();
  return receiver;
}

/** @throws when nobody answers. */
async function healthOf({ url }: WorkerdReceiver): Promise<void> {
  const answer = await fetch(`${url}${HEALTH_PATH}`, { signal: AbortSignal.timeout(HEALTH_MS) });
  await answer.arrayBuffer();
}

/** @returns what ends them. */
function letNeighboursLive(cluster: LocalCluster, say: (text: string) => void): () => void {
  say(
    `Beside it, in ${NEIGHBOUR_NAMESPACES.join(' and ')}: a crash loop, a job and a rollout, a line of sums for all.`,
  );
  const neighbours = startNeighbours(cluster, {
    onFailure: (scene, error) => say(`The neighbour "${scene}" broke off: ${messageOf(error)}`),
  });
  return neighbours.close;
}

async function accessTo(
  { cluster }: DevOptions,
  embedded: LocalCluster | null,
  { env }: CommandIo,
): Promise<ClusterAccess> {
  if (embedded) return loadCluster({ server: embedded.url });
  if (cluster.kind !== 'real') throw new Error('no cluster to follow');
  const { kubeconfig, context } = cluster;
  return loadCluster({ kubeconfig, context, env, proxyFor: proxiesOfEnvironment(env) });
}

type Running = {
  readonly receiver: WorkerdReceiver;
  readonly loginUrl: string;
  readonly embedded: LocalCluster | null;
  readonly cluster: ClusterAccess;
  readonly watcher: RunningWatcher;
};

function introduce(say: (text: string) => void, running: Running): void {
  const { receiver, loginUrl, embedded, cluster, watcher } = running;
  say('');
  say(`  live page   ${loginUrl}`);
  say('              (lets one browser in, within ten minutes)');
  say(`  receiver    ${receiver.url}${EVENTS_PATH}`);
  say(
    `  cluster     ${cluster.server}${embedded ? '  (embedded)' : `  (${cluster.contextName ?? 'current context'}, read only)`}`,
  );
  say(`  health      ${watcher.healthUrl}/readyz`);
  say('');
  if (!embedded) {
    say(
      'Following the cluster. What runs already is the baseline: events show as containers start and stop.',
    );
    say('Ctrl-C ends.\n');
    return;
  }
  say('Try it from another terminal:');
  say(`  kubectl --server ${embedded.url} get pods -w`);
  say(`  kubectl --server ${embedded.url} get hooksub -A`);
  say(`  kubectl --server ${embedded.url} apply --validate=false -f infra/local/hooks-pod.yaml\n`);
}
