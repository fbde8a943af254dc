import type { Observation } from '../../protocol/lifecycle-event.ts';
import { aliveRun, type KnownContainer, type KnownRun, type PodFacts, RUNS_KEPT } from './known-pod.ts';
import { deletionRequestedAt, kubernetesTime, later } from './kubernetes-time.ts';
import type { ContainerSnapshot, PodDeletion, TerminatedState } from './pod-snapshot.ts';
import { type ShownRun, shownRuns, syntheticEnd } from './shown-run.ts';
import { stopFacts } from './stop-facts.ts';
import type { ExitFacts, Transition, TransitionKind } from './transition.ts';
import { UNKNOWN_EXIT } from './transition.ts';

/*
 * The state machine of one container. A run is one containerID; its states are:
 *
 *   (unknown) ──postStart──▶ alive ──preStop──▶ alive, stopping ──postStop──▶ ended
 *
 * | what the status shows                                        | from            | emits                      |
 * |--------------------------------------------------------------|-----------------|----------------------------|
 * | waiting ContainerCreating/PodInitializing, node assigned     | no run known    | preStart, once a container |
 * | running(B)                                                   | B unknown       | postStart B                |
 * | terminated(B) in state or lastState                          | B unknown       | postStart B, postStop B    |
 * | terminated(B) that never started (StartError)                | B unknown       | postStop B                 |
 * | running(B) and the Pod has a deletionTimestamp               | B not stopping  | preStop B                  |
 * | terminated(B) in a list, B outlived the deletion request     | B not stopping  | preStop B, postStop B      |
 * | terminated(B) in state or lastState                          | B alive         | postStop B                 |
 * | terminated without containerID (synthetic)                   | B alive         | postStop B, code unknown   |
 * | a run newer than A, and A nowhere                            | A alive         | postStop A, code unknown   |
 * | terminated(B) with its exit code                             | B ended unknown | postStop B, amended        |
 * | anything else (readiness, CrashLoopBackOff, a known run)     | any             | nothing                    |
 *
 * `restartCount` never decides what a run is; it only tells how many were skipped.
 */

export type ContainerContext = {
  readonly pod: PodFacts;
  /** `list`: found by comparing, so everything is learned late. */
  readonly via: 'watch' | 'list';
  readonly deletion: PodDeletion | null;
  readonly disruption: string | null;
  readonly acknowledgedAt: string | null;
};

export type ContainerStep = { readonly next: KnownContainer; readonly transitions: readonly Transition[] };

const CREATING = new Set(['ContainerCreating', 'PodInitializing']);

/** What the step from `known` to `seen` means; see the table above. Pure. */
export function observeContainer(
  known: KnownContainer | null,
  seen: ContainerSnapshot,
  context: ContainerContext,
): ContainerStep {
  const step = new Step(known ?? unseen(seen), seen, context);
  const shown = shownRuns(seen).filter((run) => !step.isForgotten(run));
  step.announce(shown);
  step.endLostRun(shown);
  for (const run of shown) step.observeRun(run);
  return step.result();
}

function unseen(seen: ContainerSnapshot): KnownContainer {
  const { name, kind, image, imageId, restartCount } = seen;
  return { name, kind, image, imageId, restartCount, announced: false, accounted: -1, runs: [] };
}

/** The steps of one observation, sharing the container they build and the transitions they emit. */
class Step {
  readonly #seen: ContainerSnapshot;
  readonly #context: ContainerContext;
  readonly #transitions: Transition[] = [];
  #container: KnownContainer;

  constructor(known: KnownContainer, seen: ContainerSnapshot, context: ContainerContext) {
    const { image, imageId, restartCount } = seen;
    this.#container = {
      ...known,
      image: image ?? known.image,
      imageId: imageId ?? known.imageId,
      restartCount,
    };
    this.#seen = seen;
    this.#context = context;
  }

  /**
   * A run older than all that are remembered. It was told long ago, or counted as skipped: only an API that was put
   * back to an earlier state (etcd restored) shows it.
   */
  isForgotten({ containerId, startedAt }: ShownRun): boolean {
    const oldest = this.#container.runs[0]?.startedAt ?? null;
    if (oldest === null || startedAt === null || this.#find(containerId)) return false;
    return Date.parse(startedAt) < Date.parse(oldest);
  }

  announce(shown: readonly ShownRun[]): void {
    const { announced, runs, kind } = this.#container;
    if (announced) return;
    const started = shown.length > 0 || runs.length > 0;
    const { state } = this.#seen;
    const creating = state.kind === 'waiting' && state.reason !== null && CREATING.has(state.reason);
    if (!started && !(creating && this.#context.pod.node !== null)) return;
    this.#container = { ...this.#container, announced: true };
    // An ephemeral container is added to a Pod that runs already: status.startTime says nothing about it.
    const time = kind === 'ephemeral' ? null : this.#context.acknowledgedAt;
    if (!started) this.#emit({ hook: 'preStart' }, { run: null, time, observation: this.#observed('state') });
  }

  /** A run known alive that a newer run or a synthetic end replaced without showing how it ended. */
  endLostRun(shown: readonly ShownRun[]): void {
    const lost = aliveRun(this.#container);
    if (!lost || shown.some((run) => run.containerId === lost.containerId)) return;
    const synthetic = syntheticEnd(this.#seen);
    const replaced = shown.some((run) => !this.#find(run.containerId));
    if (!synthetic && !replaced) return;
    const observation = synthetic ? this.#observed(synthetic.field) : 'inferred';
    const exit = synthetic ? { ...UNKNOWN_EXIT, reason: synthetic.state.reason } : UNKNOWN_EXIT;
    this.#end(lost, exit, observation);
  }

  observeRun(shown: ShownRun): void {
    const known = this.#find(shown.containerId);
    const run = known ?? this.#start(shown);
    if (run.end === 'known') return;
    if (run.end === 'alive' && !run.stopping && this.#isStopping(run, shown)) this.#stop(run);
    if (shown.terminated) this.#end(run, exitFacts(shown.terminated), this.#observed(shown.field));
  }

  result(): ContainerStep {
    return { next: this.#container, transitions: this.#transitions };
  }

  #start(shown: ShownRun): KnownRun {
    const { containerId, startedAt, index, terminated } = shown;
    const skippedRuns = Math.max(0, index - this.#container.accounted - 1);
    const run: KnownRun = { containerId, startedAt, stopping: false, end: 'alive' };
    const runs = [...this.#container.runs, run].slice(-RUNS_KEPT);
    this.#container = { ...this.#container, accounted: index, runs };
    const neverStarted = terminated !== null && startedAt === null;
    if (!neverStarted) {
      const observation = this.#observed(shown.field);
      this.#emit({ hook: 'postStart' }, { run, time: startedAt, observation, skippedRuns });
    }
    return run;
  }

  /** A terminated run counts only where the moment of the request was missed: in a list. */
  #isStopping(run: KnownRun, shown: ShownRun): boolean {
    const { deletion, via } = this.#context;
    if (!deletion) return false;
    if (!shown.terminated) return true;
    const { finishedAt } = shown.terminated;
    const requestedAt = deletionRequestedAt(deletion);
    if (via !== 'list' || !finishedAt || !run.startedAt) return false;
    return Date.parse(run.startedAt) < requestedAt && Date.parse(finishedAt) > requestedAt;
  }

  #stop(run: KnownRun): void {
    const { deletion, disruption } = this.#context;
    if (!deletion) return;
    this.#update({ ...run, stopping: true });
    const requestedAt = kubernetesTime(deletionRequestedAt(deletion));
    this.#emit(
      { hook: 'preStop', stop: stopFacts({ deletion, disruption }) },
      { run, time: later(requestedAt, run.startedAt), observation: this.#observed('state') },
    );
  }

  #end(run: KnownRun, exit: ExitFacts, observation: Observation): void {
    this.#update({ ...this.#find(run.containerId), ...run, end: exit.code === null ? 'unknown' : 'known' });
    this.#emit(
      { hook: 'postStop', exit, amends: run.end === 'unknown' },
      { run, time: exit.finishedAt, observation },
    );
  }

  #observed(field: ShownRun['field']): Observation {
    return this.#context.via === 'list' || field === 'lastState' ? 'recovered' : 'status';
  }

  #find(containerId: string): KnownRun | undefined {
    return this.#container.runs.find((run) => run.containerId === containerId);
  }

  #update(run: KnownRun): void {
    const runs = this.#container.runs.map((old) => (old.containerId === run.containerId ? run : old));
    this.#container = { ...this.#container, runs };
  }

  #emit(
    kind: TransitionKind,
    facts: { run: KnownRun | null; time: string | null; observation: Observation; skippedRuns?: number },
  ): void {
    const { run, time, observation, skippedRuns = 0 } = facts;
    const { name, kind: containerKind, image, imageId, restartCount } = this.#container;
    this.#transitions.push({
      ...kind,
      observation,
      time,
      pod: this.#context.pod,
      container: {
        name,
        kind: containerKind,
        id: run?.containerId ?? null,
        image,
        imageId,
        restartCount,
        skippedRuns,
        startedAt: run?.startedAt ?? null,
      },
    });
  }
}

function exitFacts(terminated: TerminatedState): ExitFacts {
  const { exitCode, signal, reason, finishedAt } = terminated;
  return { code: exitCode, signal, reason, finishedAt };
}
