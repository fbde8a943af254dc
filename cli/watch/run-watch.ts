import { systemClock } from '../../settings/ambient/clock.ts';
import { formatFaults } from '../../settings/fault.ts';
import { fileMarks } from '../../settings/files/file-mark.ts';
import { readBounded } from '../../settings/files/read-bounded.ts';
import type { ReadFile } from '../../settings/files/read-text.ts';
import type { Logger } from '../../watcher/ambient/watcher-log.ts';
import { type ConfigSource, createConfigSource } from '../../watcher/config/config-source.ts';
import { type ConfigResult, loadConfig } from '../../watcher/config/load-config.ts';
import { type RunningWatcher, startWatcher } from '../../watcher/run/start-watcher.ts';
import type { WatcherDeps } from '../../watcher/run/watcher-deps.ts';
import { type ClusterAccess, loadCluster } from '../../watcher/source/cluster/cluster-access.ts';
import { proxiesOfEnvironment } from '../../watcher/source/cluster/cluster-proxy.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { untilStopped } from '../command/until-stopped.ts';
import { openLog } from '../terminal/open-log.ts';
import { version } from '../terminal/version.ts';
import { formatDelivery } from './format-delivery.ts';
import { watcherFailure } from './watcher-failure.ts';

/** What the command line says of a watcher; the rest is in the configuration. */
type WatchOptions = {
  readonly config: string | undefined;
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly server: string | undefined;
  readonly node: string | undefined;
  readonly replayExisting: boolean;
  /** No line a delivery, also on a terminal. */
  readonly quiet: boolean;
  /** Only read the configuration. */
  readonly check: boolean;
};

/**
 * Runs the watcher until it is told to stop.
 *
 * @returns the exit code.
 */
export async function runWatch(options: WatchOptions, io: CommandIo): Promise<number> {
  let reload = () => {};
  // From the start: until there is something to tell it, the signal would end the process.
  io.onHangup?.(() => reload());
  const source = openConfigSource(options, io);
  const read = source.load();
  if (read.kind === 'invalid') {
    io.stderr.write(`${formatFaults(read.faults)}\n`);
    return EXIT.usage;
  }
  const { config, warnings } = read;
  if (options.check) {
    for (const warning of warnings) io.stderr.write(`offhook watch: ${warning}\n`);
    io.stdout.write('The configuration is good.\n');
    return EXIT.ok;
  }
  const log = openLog(config.log, io);
  for (const warning of warnings) log.warn(warning);
  const started = await start({ config, configSource: source, log }, options, io);
  if (started === null) return EXIT.failed;
  reload = () => started.watcher.reload();
  return runUntilStopped(started, io);
}

/** The file, with what the environment and the command line say beside it. */
function openConfigSource(options: WatchOptions, { env }: CommandIo): ConfigSource {
  const { config: file, node } = options;
  function load(readFile: ReadFile): ConfigResult {
    const result = loadConfig({
      ...(file !== undefined && { file }),
      env: node === undefined ? env : { ...env, OFFHOOK_NODE: node },
      readFile,
    });
    if (result.kind === 'invalid') return result;
    const { watch } = result.config;
    const replayExisting = watch.replayExisting || options.replayExisting;
    return { ...result, config: { ...result.config, watch: { ...watch, replayExisting } } };
  }
  return createConfigSource({ load, readFile: readBounded, marks: fileMarks });
}

type Started = {
  readonly watcher: RunningWatcher;
  readonly cluster: ClusterAccess;
  readonly log: Logger;
};

/** Whoever sits at a terminal sees each delivery; a program that reads standard output gets none of it. */
function lookOn({ stdout, env }: CommandIo): NonNullable<WatcherDeps['observer']> {
  if (stdout.isTTY !== true) return {};
  const colour = !env.NO_COLOR;
  return {
    onAttempt(report, event) {
      stdout.write(`${formatDelivery(report, event, { nowMs: systemClock.nowMs(), colour })}\n`);
    },
  };
}

async function start(
  read: Required<Pick<WatcherDeps, 'config' | 'configSource' | 'log'>>,
  { kubeconfig, context, server, quiet }: WatchOptions,
  io: CommandIo,
): Promise<Started | null> {
  const { log } = read;
  let cluster: ClusterAccess | null = null;
  try {
    cluster = await loadCluster({
      kubeconfig,
      context,
      server,
      proxyFor: proxiesOfEnvironment(io.env),
      env: io.env,
    });
    const deps = {
      ...{ ...read, cluster, clock: systemClock, random: Math.random, version: version() },
      observer: quiet ? {} : lookOn(io),
    };
    const watcher = await startWatcher(deps);
    log.info(
      { health: watcher.healthUrl, server: cluster.server, version: version() },
      'offhook watch is running',
    );
    return { watcher, cluster, log };
  } catch (error) {
    await cluster?.close();
    io.stderr.write(`offhook watch: ${watcherFailure(error)}\n`);
    return null;
  }
}

async function runUntilStopped(
  { watcher, cluster, log }: Started,
  { stop, stderr }: CommandIo,
): Promise<number> {
  let failure: string | null = null;
  try {
    await Promise.race([untilStopped(stop), watcher.ended]);
    log.info(
      { signal: stop.reason },
      'stop requested: nothing new is sent; what is under way has ten seconds',
    );
  } catch (error) {
    failure = watcherFailure(error);
  } finally {
    await watcher.stop();
    await cluster.close();
  }
  log.info('stopped');
  if (failure === null) return EXIT.ok;
  // After what the deliveries in flight have logged: in a cluster the last line is where people look for it.
  stderr.write(`offhook watch: ${failure}\n`);
  return EXIT.failed;
}
