import type { Observation } from '../../protocol/event/lifecycle-event.ts';
import type { ContainerContext } from './container-context.ts';
import { containerFacts, factsOfRun } from './container-facts.ts';
import { findRun } from './find-run.ts';
import { aliveRun, isAlive, type KnownContainer, type KnownRun, RUNS_KEPT } from './known-pod.ts';
import { type ShownRun, shownRuns, syntheticEnd } from './shown-run.ts';
import { later } from './snapshot/kubernetes-time.ts';
import type { ContainerSnapshot, TerminatedState } from './snapshot/pod-snapshot.ts';
import { stopFacts } from './stop-facts.ts';
import type { ExitFacts, Transition, TransitionKind } from './transition.ts';
import { UNKNOWN_EXIT } from './transition.ts';

/*
 * The state machine of one container. A run is one containerID, or one restartCount and startedAt where none is shown;
 * its states are:
 *
 *   (unknown) ──postStart──▶ alive ──preStop──▶ alive, stopping ──postStop──▶ ended
 *                              ▲                                                │
 *                              └─────── shown running again (end made up) ──────┘
 *
 * | what the status shows                                        | from            | emits                      |
 * |--------------------------------------------------------------|-----------------|----------------------------|
 * | waiting ContainerCreating/PodInitializing, node assigned     | no run known    | preStart, once a container |
 * | running(B)                                                   | B unknown       | postStart B                |
 * | terminated(B) in state or lastState                          | B unknown       | postStart B, postStop B    |
 * | terminated(B) that never ran (StartError and its like)       | B unknown       | postStop B                 |
 * | running(B) and the Pod has a deletionTimestamp               | B not stopping  | preStop B                  |
 * | terminated(B) in a list, B outlived the deletion request     | B not stopping  | preStop B, postStop B      |
 * | terminated(B) in state or lastState                          | B alive         | postStop B                 |
 * | a made-up end (synthetic)                                    | B alive         | postStop B, code unknown   |
 * | a run newer than A, and A nowhere, or `running` beside it    | A alive         | postStop A, code unknown   |
 * | running(B), the newest                                       | B ended unknown | nothing: B is alive again  |
 * | terminated(B) with its exit code                             | B ended unknown | postStop B, amended        |
 * | a run shown older than B, or in the list after an            | B known         | nothing: told, or skipped  |
 * |   epochChanged counted lower                                 |                 |                            |
 * | anything else (readiness, CrashLoopBackOff, a known run)     | any             | nothing                    |
 *
 * An unknown containerID is a new run, whatever its times say: clocks of nodes step back. `restartCount` never decides
 * what a run with a containerID is; it only tells how many were skipped.
 */

type ContainerStep = { readonly next: KnownContainer; readonly transitions: readonly Transition[] };

const CREATING = new Set(['ContainerCreating', 'PodInitializing']);
/** Why a container that the runtime had created never ran. */
const NEVER_RAN = new Set(['StartError', 'ContainerCannotRun', 'CreateContainerError', 'RunContainerError']);

/** What the step from `known` to `seen` means; see the table above. Pure. */
export function observeContainer(
  known: KnownContainer | null,
  seen: ContainerSnapshot,
  context: ContainerContext,
): ContainerStep {
  const step = new Step(known ?? unseen(seen), seen, context);
  const shown = step.recogniseOlder(shownRuns(seen));
  step.announce(shown);
  step.endLostRun(shown);
  for (const run of shown) step.observeRun(run, run === shown.at(-1));
  return step.result();
}

function unseen(seen: ContainerSnapshot): KnownContainer {
  const { name, kind, image, imageId, restartCount } = seen;
  const facts = { name, kind, image, imageId, restartCount };
  return { ...facts, announced: false, accounted: -1, runs: [], lastKilling: null };
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
   * Unknown runs from before a known one: those that the status shows older than a known run, and in the list after an
   * epochChanged those of a lower count. They were told long ago or counted as skipped, so they are remembered as such.
   *
   * @returns the others.
   */
  recogniseOlder(shown: readonly ShownRun[]): readonly ShownRun[] {
    const newestKnown = shown.findLastIndex((run) => this.#find(run));
    const isRestored = this.#context.via === 'restoredList';
    // Nearly always: nothing is shown before a known run.
    if (newestKnown < 1 && !isRestored) return shown;
    const isOlder = (run: ShownRun, at: number) =>
      !this.#find(run) && (at < newestKnown || (isRestored && run.index < this.#container.accounted));
    const older = shown.filter(isOlder);
    if (older.length === 0) return shown;
    const newer = shown.filter((run) => !older.includes(run));
    const told = older.map((run): KnownRun => ({ ...knownRun(run), stopping: true, end: 'known' }));
    this.#container = { ...this.#container, runs: [...told, ...this.#container.runs.slice(-RUNS_KEPT)] };
    return newer;
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
    if (!lost || shown.some((run) => this.#find(run) === lost)) return;
    const synthetic = syntheticEnd(this.#seen);
    const replaced = shown.some((run) => !this.#find(run));
    if (!synthetic && !replaced) return;
    const observation = synthetic ? this.#observed(synthetic.field) : 'inferred';
    const exit = synthetic ? { ...UNKNOWN_EXIT, reason: synthetic.state.reason } : UNKNOWN_EXIT;
    this.#end(lost, exit, observation);
  }

  observeRun(shown: ShownRun, isNewest: boolean): void {
    const known = this.#find(shown);
    const run = known ? this.#seeAgain(known, shown, isNewest) : this.#start(shown);
    const { terminated } = shown;
    // A second entry of the name shows a newer run: only one can be alive.
    if (!terminated && !isNewest && isAlive(run)) this.#end(run, UNKNOWN_EXIT, 'inferred');
    if (run.end === 'known' || (!terminated && !isNewest)) return;
    const stopping = isAlive(run) && !run.stopping && this.#isStopping(run, shown, known !== undefined);
    const ending = stopping ? this.#stop(run, known !== undefined) : run;
    if (terminated) this.#end(ending, exitFacts(terminated), this.#observed(shown.field));
  }

  result(): ContainerStep {
    return { next: this.#container, transitions: this.#transitions };
  }

  #start(shown: ShownRun): KnownRun {
    const { startedAt, index, terminated } = shown;
    const skippedRuns = Math.max(0, index - this.#container.accounted - 1);
    const run = knownRun(shown);
    const runs = [...this.#container.runs, run].slice(-RUNS_KEPT);
    const neverRan = terminated?.reason != null && NEVER_RAN.has(terminated.reason);
    // It has no postStart to say how many were skipped before it: the next one will.
    const accounted = neverRan ? index - skippedRuns : index;
    this.#container = { ...this.#container, accounted, runs };
    if (!neverRan) {
      const observation = this.#observed(shown.field);
      this.#emit({ hook: 'postStart' }, { run, time: startedAt, observation, skippedRuns });
    }
    return run;
  }

  /** A known run is shown: its end may turn out to be made up, and its start be known by now. */
  #seeAgain(run: KnownRun, shown: ShownRun, isNewest: boolean): KnownRun {
    const isNewestKnown = run === this.#container.runs.at(-1);
    const isRevived = run.end === 'unknown' && !shown.terminated && isNewest && isNewestKnown;
    const startedAt = run.containerId === null ? run.startedAt : (run.startedAt ?? shown.startedAt);
    return this.#update(run, { startedAt, end: isRevived ? 'revived' : run.end });
  }

  /** A terminated run counts only where the moment of the request was missed: in a list. */
  #isStopping(run: KnownRun, { terminated }: ShownRun, wasKnown: boolean): boolean {
    const { deletion, deletionRequestedAt, via } = this.#context;
    if (!deletion) return false;
    if (!terminated) return true;
    if (via === 'watch' || !terminated.finishedAt || deletionRequestedAt === null) return false;
    const requestedMs = Date.parse(deletionRequestedAt);
    // One that was known already ran before the request, whatever the clock of its node says.
    const wasRunning = wasKnown || (run.startedAt !== null && Date.parse(run.startedAt) < requestedMs);
    return wasRunning && Date.parse(terminated.finishedAt) > requestedMs;
  }

  #stop(run: KnownRun, wasKnown: boolean): KnownRun {
    const { deletion, deletionRequestedAt: requestedAt, disruption } = this.#context;
    if (!deletion) return run;
    const time = wasKnown || requestedAt === null ? requestedAt : later(requestedAt, run.startedAt);
    const stopping = this.#update(run, { stopping: true });
    const stop = stopFacts({ deletion, disruption });
    this.#emit({ hook: 'preStop', stop }, { run: stopping, time, observation: this.#observed('state') });
    return stopping;
  }

  #end(run: KnownRun, exit: ExitFacts, observation: Observation): void {
    const wasTold = run.end !== 'alive';
    const end = exit.code === null ? 'unknown' : 'known';
    const ended = this.#update(run, { end, finishedAt: exit.finishedAt });
    // That nobody knows how it ended was told already.
    if (wasTold && exit.code === null) return;
    this.#emit(
      { hook: 'postStop', exit, amends: wasTold },
      { run: ended, time: exit.finishedAt, observation },
    );
  }

  #observed(field: ShownRun['field']): Observation {
    return this.#context.via !== 'watch' || field === 'lastState' ? 'recovered' : 'status';
  }

  #find(shown: ShownRun): KnownRun | undefined {
    return findRun(this.#container.runs, shown);
  }

  #update(run: KnownRun, facts: Partial<KnownRun>): KnownRun {
    const next = { ...run, ...facts };
    this.#container = {
      ...this.#container,
      runs: this.#container.runs.map((old) => (old === run ? next : old)),
    };
    return next;
  }

  #emit(
    kind: TransitionKind,
    facts: { run: KnownRun | null; time: string | null; observation: Observation; skippedRuns?: number },
  ): void {
    const { run, time, observation, skippedRuns } = facts;
    const container = run ? factsOfRun(this.#container, run, skippedRuns) : containerFacts(this.#container);
    const { pod, annotations } = this.#context;
    this.#transitions.push({ ...kind, observation, time, pod, annotations, container });
  }
}

function knownRun({ containerId, index: restartCount, startedAt }: ShownRun): KnownRun {
  return { containerId, restartCount, startedAt, finishedAt: null, stopping: false, end: 'alive' };
}

function exitFacts(terminated: TerminatedState): ExitFacts {
  const { exitCode, signal, reason, finishedAt } = terminated;
  return { code: exitCode, signal, reason, finishedAt };
}
