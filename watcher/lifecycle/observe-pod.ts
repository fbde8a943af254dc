import { runInstance } from '../../protocol/event/event-identity.ts';
import type { Via } from './container-context.ts';
import { factsOfRun } from './container-facts.ts';
import { aliveRun, isAlive, type KnownContainer, type KnownPod, type PodFacts } from './known-pod.ts';
import { observeContainer } from './observe-container.ts';
import { deletionRequestedAt } from './snapshot/kubernetes-time.ts';
import type { PodSnapshot } from './snapshot/pod-snapshot.ts';
import { MOST_CONTAINERS } from './snapshot/project-containers.ts';
import { type Transition, type TransitionKind, UNKNOWN_EXIT } from './transition.ts';

type PodStep = { readonly next: KnownPod; readonly transitions: readonly Transition[] };

/**
 * The lifecycle events between what was known of a Pod and what is seen of it now. Pure.
 *
 * @param known null when the Pod was never seen.
 * @param via whether the observation comes from the watch or from a comparison.
 */
export function observePod(known: KnownPod | null, seen: PodSnapshot, via: Via): PodStep {
  const pod = podFacts(seen);
  // A mirror Pod comes and goes while its containers run on: its deletion concerns the shadow only.
  const deletion = seen.mirror ? null : seen.deletion;
  const requestedAt = known?.deletionRequestedAt ?? (deletion && deletionRequestedAt(deletion));
  const stop = { deletion, deletionRequestedAt: deletion && requestedAt, disruption: seen.disruption };
  const { annotations } = seen;
  const context = { pod, annotations, via, ...stop, acknowledgedAt: seen.acknowledgedAt };
  const steps = seen.containers.map((container) => {
    const before = known?.containers.find(({ name }) => name === container.name) ?? null;
    return observeContainer(before, container, context);
  });
  const containers = [...steps.map((step) => step.next), ...unshown(known, seen)].slice(0, MOST_CONTAINERS);
  return {
    next: {
      pod,
      annotations,
      mirror: seen.mirror,
      apiUid: seen.uid,
      nativeHooks: seen.nativeHooks,
      departed: false,
      goneSinceMs: null,
      deletion: stop.deletion,
      deletionRequestedAt: stop.deletionRequestedAt,
      disruption: stop.disruption,
      containers,
    },
    transitions: steps.flatMap((step) => step.transitions),
  };
}

/**
 * The events of a Pod that is gone: what was last known alive has been stopped, how is unknown. Pure.
 *
 * @see lifecycle rules: preStop and postStop "inferred".
 */
export function vanishPod(known: KnownPod): readonly Transition[] {
  return known.containers.flatMap((container) => {
    const run = aliveRun(container);
    if (!run) return [];
    const facts = {
      observation: 'inferred' as const,
      time: null,
      pod: known.pod,
      annotations: known.annotations,
      container: factsOfRun(container, run),
    };
    const stop = {
      trigger: 'vanished',
      reason: known.disruption,
      gracePeriodSeconds: null,
      deadline: null,
    } as const;
    const kinds: TransitionKind[] = run.stopping ? [] : [{ hook: 'preStop', stop }];
    // Of a revived run it was told already that nobody knows its end.
    if (run.end !== 'revived') kinds.push({ hook: 'postStop', exit: UNKNOWN_EXIT, amends: false });
    return kinds.map((kind): Transition => ({ ...facts, ...kind }));
  });
}

/** The Pod after {@link vanishPod}, for one that may come back and show how its runs really ended. */
export function vanishedPod(known: KnownPod): KnownPod {
  const ended = { stopping: true, end: 'unknown' } as const;
  const containers = known.containers.map((container) => ({
    ...container,
    runs: container.runs.map((run) => (isAlive(run) ? { ...run, ...ended } : run)),
  }));
  return { ...known, containers };
}

/**
 * The baseline of a first start: the Pod as it stands, as if its history had been told. Pure.
 *
 * A restartCount with no run to show for it is taken as accounted for: those runs are not skipped, only old.
 */
export function baselinePod(seen: PodSnapshot): KnownPod {
  const { next } = observePod(null, seen, 'list');
  const containers = next.containers.map((container) => ({
    ...container,
    announced: true,
    accounted: Math.max(container.accounted, container.restartCount > 0 ? container.restartCount : -1),
  }));
  return { ...next, containers };
}

/** What runs in a Pod of the baseline: a postStart each, for who wants to be told of it. Pure. */
export function runningStarts(seen: PodSnapshot): readonly Transition[] {
  const { next, transitions } = observePod(null, seen, 'list');
  const running = new Map(next.containers.map((container) => [container.name, aliveRun(container)]));
  return transitions.filter(({ hook, container }) => {
    const run = running.get(container.name);
    if (hook !== 'postStart' || !run) return false;
    const { containerId: id, restartCount, startedAt } = run;
    return runInstance(container) === runInstance({ id, restartCount, startedAt });
  });
}

/** Containers a status no longer shows (the kubelet writes none before it takes a Pod) are not forgotten. */
function unshown(known: KnownPod | null, seen: PodSnapshot): readonly KnownContainer[] {
  return (known?.containers ?? []).filter(
    ({ name }) => !seen.containers.some((shown) => shown.name === name),
  );
}

function podFacts(seen: PodSnapshot): PodFacts {
  const { key, namespace, name, node, labels, owner } = seen;
  return { uid: key, namespace, name, node, labels, owner };
}
