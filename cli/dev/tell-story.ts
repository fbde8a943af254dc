import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { LocalCluster } from '../../infra/local/cluster.ts';
import type { Clock } from '../../settings/ambient/clock.ts';
import { delay } from '../../settings/ambient/delay.ts';
import type { RunningWatcher } from '../../watcher/run/start-watcher.ts';
import type { StageReport } from './stage-report.ts';

const MANIFEST = new URL('../../infra/local/hooks-pod.yaml', import.meta.url);
const POLL_MS = 20;
const STEP_DEADLINE_MS = 120_000;

type StoryDeps = {
  readonly cluster: LocalCluster;
  readonly watcher: RunningWatcher;
  readonly progress: StageReport;
  readonly say: (text: string) => void;
  readonly clock: Clock;
  readonly stop: AbortSignal;
  /** Called once the watcher follows and the Pod is applied. */
  readonly onApplied: () => void;
  /** 0: the Pod is left to the user. */
  readonly deleteAfterMs: number;
};

/**
 * The lifecycle of a real manifest on the embedded cluster: applied once the watcher follows (before that it would be
 * part of the baseline), deleted after a while, watched until its end is handled.
 *
 * @returns whether it came to its end; false when stopped or not within two minutes a step.
 */
export async function tellStory(deps: StoryDeps): Promise<boolean> {
  const { cluster, watcher, progress, say, clock, stop, deleteAfterMs } = deps;
  const { metadata } = await applied(deps);
  if (!metadata) return false;
  const { namespace = 'default', name } = metadata;
  if (!(await until(() => progress.handled('postStart', name), deps))) return false;
  if (deleteAfterMs === 0) return true;
  say(`\nThe container runs. Deleting the Pod in ${Math.round(deleteAfterMs / 1000)} s …\n`);
  await delay(clock, deleteAfterMs, stop);
  if (stop.aborted) return false;
  cluster.deletePod(namespace, name);
  say(`\nDeleted ${namespace}/${name}; its preStop hook (sleep 10) runs inside the grace period of 30 s.\n`);
  if (!(await until(() => progress.handled('postStop', name), deps))) return false;
  say('\nThat was its whole life. Apply your own Pods, or press Ctrl-C.\n');
  return true;

  async function applied({
    watcher: { readiness },
  }: StoryDeps): Promise<Manifest | { metadata?: undefined }> {
    if (!(await until(() => readiness().ready, deps))) {
      say(`The watcher did not become ready: ${watcher.readiness().reasons.join('; ')}`);
      return {};
    }
    const manifest: Manifest = parse(await readFile(MANIFEST, 'utf8'));
    say('Applying infra/local/hooks-pod.yaml\n');
    cluster.applyManifest(manifest);
    deps.onApplied();
    return manifest;
  }
}

type Manifest = { readonly metadata: { readonly name: string; readonly namespace?: string } };

async function until(
  condition: () => boolean,
  { clock, stop }: Pick<StoryDeps, 'clock' | 'stop'>,
): Promise<boolean> {
  const giveUpAtMs = clock.monotonicMs() + STEP_DEADLINE_MS;
  while (!condition()) {
    if (stop.aborted || clock.monotonicMs() > giveUpAtMs) return false;
    await delay(clock, POLL_MS, stop);
  }
  return true;
}
