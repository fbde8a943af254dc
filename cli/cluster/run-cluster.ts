import { writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { createLocalCluster, type LocalCluster } from '../../infra/local/cluster.ts';
import { playScenarios, type ScenarioName, scenarioSummaries } from '../../infra/local/scenes/scenarios.ts';
import { messageOf } from '../../settings/ambient/describe-error.ts';
import { makePrivate } from '../../settings/files/private-file.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { untilStopped } from '../command/until-stopped.ts';
import { formatTable } from '../terminal/format-table.ts';
import { keptUid } from './kept-uid.ts';

const NODES = ['node1', 'node2'] as const;

type ClusterOptions = {
  readonly scenario: readonly ScenarioName[];
  readonly list: boolean;
  readonly port: number;
  readonly dataDir: string;
};

/**
 * Runs the embedded cluster, with scenarios or without, until it is told to stop.
 *
 * @returns the exit code.
 */
export async function runCluster(options: ClusterOptions, io: CommandIo): Promise<number> {
  if (options.list) {
    io.stdout.write(`${formatTable(scenarioSummaries())}\n`);
    return EXIT.ok;
  }
  const started = await start(options, io);
  if (started === null) return EXIT.failed;
  const { cluster, uid, kubeconfig } = started;
  introduce({ cluster, uid, kubeconfig }, options, io);
  const scenarios = [...new Set(options.scenario)];
  const playing = playScenarios(cluster, scenarios, {
    onFailure: (name, error) => io.stderr.write(`The scenario ${name} broke off: ${messageOf(error)}\n`),
  });
  await untilStopped(io.stop);
  playing.close();
  await cluster.close();
  return EXIT.ok;
}

type Started = { readonly cluster: LocalCluster; readonly uid: string; readonly kubeconfig: string };

/** What keeps it from starting is for the user. */
async function start({ dataDir, port }: ClusterOptions, { stderr }: CommandIo): Promise<Started | null> {
  let cluster: LocalCluster | null = null;
  try {
    const uid = keptUid(dataDir);
    cluster = await createLocalCluster({ port, clusterUid: uid, nodes: NODES });
    const kubeconfig = join(dataDir, 'kubeconfig');
    makePrivate(kubeconfig);
    writeFileSync(kubeconfig, cluster.kubeconfig());
    return { cluster, uid, kubeconfig };
  } catch (error) {
    await cluster?.close();
    stderr.write(`offhook cluster: cannot start: ${messageOf(error)}\n`);
    return null;
  }
}

function introduce(
  { cluster, uid, kubeconfig }: Started,
  { scenario }: ClusterOptions,
  { stdout }: CommandIo,
): void {
  const config = shortest(kubeconfig);
  stdout.write(`
  cluster     ${cluster.url}
  UID         ${uid}
  scenarios   ${scenario.length === 0 ? 'none; --list shows them' : [...new Set(scenario)].join(', ')}

  kubectl --kubeconfig ${config} get pods --all-namespaces --watch
  offhook watch --kubeconfig ${config}

Ctrl-C ends it.
`);
}

/** As it is named from here, where that is within. */
function shortest(path: string): string {
  const within = relative('.', path);
  return within.startsWith('..') ? resolve(path) : within;
}
