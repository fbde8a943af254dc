import type { KnownContainer, KnownPod, PodFacts } from './known-pod.ts';
import { aliveRun } from './known-pod.ts';
import { type ContainerContext, observeContainer } from './observe-container.ts';
import type { PodSnapshot } from './pod-snapshot.ts';
import { type Transition, type TransitionKind, UNKNOWN_EXIT } from './transition.ts';

export type PodStep = { readonly next: KnownPod; readonly transitions: readonly Transition[] };

/**
 * The lifecycle events between what was known of a Pod and what is seen of it now. Pure.
 *
 * @param known null when the Pod was never seen.
 * @param via `list` when the observation comes from a comparison and not from the watch.
 */
export function observePod(known: KnownPod | null, seen: PodSnapshot, via: ContainerContext['via']): PodStep {
  const pod = podFacts(seen);
  // A mirror Pod comes and goes while its containers run on: its deletion concerns the shadow only.
  const deletion = seen.mirror ? null : (known?.deletion ?? seen.deletion);
  const disruption = seen.disruption ?? known?.disruption ?? null;
  const context = { pod, via, deletion, disruption, acknowledgedAt: seen.acknowledgedAt };
  const steps = seen.containers.map((container) => {
    const before = known?.containers.find(({ name }) => name === container.name) ?? null;
    return observeContainer(before, container, context);
  });
  const containers = [...steps.map((step) => step.next), ...unshown(known, seen)];
  return {
    next: { pod, mirror: seen.mirror, goneSinceMs: null, deletion, disruption, containers },
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
      container: containerFacts(container, run),
    };
    const stop = {
      trigger: 'vanished',
      reason: known.disruption,
      gracePeriodSeconds: null,
      deadline: null,
    } as const;
    const kinds: TransitionKind[] = run.stopping ? [] : [{ hook: 'preStop', stop }];
    kinds.push({ hook: 'postStop', exit: UNKNOWN_EXIT, amends: false });
    return kinds.map((kind): Transition => ({ ...facts, ...kind }));
  });
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

function containerFacts(container: KnownContainer, run: { containerId: string; startedAt: string | null }) {
  const { name, kind, image, imageId, restartCount } = container;
  const { containerId: id, startedAt } = run;
  return { name, kind, id, image, imageId, restartCount, skippedRuns: 0, startedAt };
}
