import type { Pod } from '../../objects/pod.ts';
import {
  isInitialized,
  type KindedContainer,
  lastRun,
  type PodRuntime,
  podContainers,
  shouldRestart,
} from '../runtime/pod-runtime.ts';

/** What one sync has to do: containers to kill first (each is then started again), containers to start in order. */
type SyncPlan = { kill: KindedContainer[]; start: KindedContainer[] };

/**
 * Compares a Pod with its runs (`computePodActions` in kuberuntime_manager.go).
 *
 * Ephemeral containers start once, whenever they appear. Init containers go one by one, each only when the one before
 * is through (a sidecar: when it runs). After that the app containers start, and start again as the policy says.
 */
export function planSync(pod: Pod, runtime: PodRuntime): SyncPlan {
  const all = podContainers(pod);
  const ephemeral = all.filter(
    ({ container, kind }) => kind === 'ephemeral' && !lastRun(runtime, container.name),
  );
  const unhealthy = all.filter(({ container }) => {
    const run = lastRun(runtime, container.name);
    return run !== undefined && !run.exit && run.unhealthy;
  });
  const sidecars = all.filter((one) => one.kind === 'sidecar' && startable(pod, runtime, one));
  const initialized = isInitialized(pod, runtime);
  const next = initialized ? appStarts(pod, runtime, all) : nextInit(pod, runtime, all);
  const start = initialized ? [...ephemeral, ...sidecars, ...next] : [...ephemeral, ...next];
  return { kill: unhealthy, start: [...start, ...unhealthy.filter(({ kind }) => kind !== 'init')] };
}

function appStarts(pod: Pod, runtime: PodRuntime, all: KindedContainer[]): KindedContainer[] {
  return all.filter((one) => one.kind === 'app' && startable(pod, runtime, one));
}

function nextInit(pod: Pod, runtime: PodRuntime, all: KindedContainer[]): KindedContainer[] {
  for (const one of all) {
    if (one.kind !== 'init' && one.kind !== 'sidecar') continue;
    const run = lastRun(runtime, one.container.name);
    const through = one.kind === 'sidecar' ? run !== undefined && !run.exit : run?.exit?.code === 0;
    if (!through) return startable(pod, runtime, one) ? [one] : [];
  }
  return [];
}

function startable(pod: Pod, runtime: PodRuntime, { container, kind }: KindedContainer): boolean {
  const run = lastRun(runtime, container.name);
  if (!run) return true;
  return run.exit !== undefined && shouldRestart(pod, kind, run.exit.code);
}
