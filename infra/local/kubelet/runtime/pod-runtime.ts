import type { Pod } from '../../objects/pod.ts';
import { type Container, isSidecar } from '../../objects/pod-spec.ts';
import type { SimulatedRun } from './simulated-run.ts';

export type ContainerRole = 'app' | 'init' | 'sidecar' | 'ephemeral';

/** A container of a Pod with its kind and the `fieldPath` that Events name it by. */
export type KindedContainer = { container: Container; kind: ContainerRole; fieldPath: string };

/** What the container runtime knows about one Pod. */
export type PodRuntime = {
  /** The Pod's sandbox is up: containers can be started. */
  sandboxReady: boolean;
  /** Known from the first container start on. */
  podIP: string | undefined;
  /** The last two runs of each container, older first: the runtime keeps no more dead ones. */
  runs: Map<string, SimulatedRun[]>;
  /** Why a container that should run does not (`reasonCache`). */
  reasons: Map<string, { reason: string; message: string }>;
};

export function createPodRuntime(): PodRuntime {
  return { sandboxReady: false, podIP: undefined, runs: new Map(), reasons: new Map() };
}

/** All containers of a Pod in the order in which they are started. */
export function podContainers(pod: Pod): KindedContainer[] {
  const { initContainers, containers, ephemeralContainers } = pod.spec;
  return [
    ...(initContainers ?? []).map((container) =>
      kinded(container, isSidecar(container) ? 'sidecar' : 'init'),
    ),
    ...containers.map((container) => kinded(container, 'app')),
    ...(ephemeralContainers ?? []).map((container) => kinded(container, 'ephemeral')),
  ];
}

function kinded(container: Container, kind: ContainerRole): KindedContainer {
  const list = {
    app: 'containers',
    init: 'initContainers',
    sidecar: 'initContainers',
    ephemeral: 'ephemeralContainers',
  };
  return { container, kind, fieldPath: `spec.${list[kind]}{${container.name}}` };
}

/** The newest run of a container. */
export function lastRun(runtime: PodRuntime, name: string): SimulatedRun | undefined {
  return runtime.runs.get(name)?.at(-1);
}

/** The run of a container that is alive. */
export function liveRun(runtime: PodRuntime, name: string): SimulatedRun | undefined {
  const run = lastRun(runtime, name);
  return run && !run.exit ? run : undefined;
}

/** The containers that are alive, in the order in which they were started, each with its run. */
export function aliveContainers(
  pod: Pod,
  runtime: PodRuntime,
): { run: SimulatedRun; target: KindedContainer }[] {
  return podContainers(pod).flatMap((target) => {
    const run = liveRun(runtime, target.container.name);
    return run ? [{ run, target }] : [];
  });
}

/** The newest run of a container that has ended. */
export function lastEnded(runtime: PodRuntime, name: string): SimulatedRun | undefined {
  return runtime.runs.get(name)?.findLast((run) => run.exit);
}

/** Adds a run and forgets all but the one before it. */
export function addRun(runtime: PodRuntime, name: string, run: SimulatedRun): void {
  runtime.runs.set(name, [...(runtime.runs.get(name) ?? []), run].slice(-2));
}

/** Whether a container that has ended is to be started again (`ShouldContainerBeRestarted`). */
export function shouldRestart(pod: Pod, kind: ContainerRole, exitCode: number): boolean {
  if (pod.metadata.deletionTimestamp !== undefined || kind === 'ephemeral') return false;
  if (kind === 'sidecar') return true;
  if (pod.spec.restartPolicy === 'Never') return false;
  return exitCode !== 0 || (kind === 'app' && pod.spec.restartPolicy !== 'OnFailure');
}

/** True once every init container is through: regular ones ended well, sidecars have started. */
export function isInitialized(pod: Pod, runtime: PodRuntime): boolean {
  const appRan = pod.spec.containers.some(({ name }) => lastRun(runtime, name));
  return (
    appRan ||
    (pod.spec.initContainers ?? []).every((container) => {
      const run = lastRun(runtime, container.name);
      return isSidecar(container) ? run !== undefined && !run.exit : run?.exit?.code === 0;
    })
  );
}
