import type { Clock } from '../../../../settings/ambient/clock.ts';
import { every } from '../../../../settings/ambient/every.ts';
import type { Pod } from '../../objects/pod.ts';
import type { EventRecorder } from '../node/event-recorder.ts';
import { type KindedContainer, liveRun, type PodRuntime, podContainers } from './pod-runtime.ts';

type LivenessDeps = {
  clock: Clock;
  events: EventRecorder;
  runtime: PodRuntime;
  onUnhealthy: () => void;
};

/**
 * Probes the containers that have a liveness exec probe, each on its own ticker that starts with the Pod and does not
 * restart with the container. Other kinds of probes are not modelled: they pass.
 *
 * Returns the function that stops all tickers.
 *
 * @see kubernetes/pkg/kubelet/prober/worker.go
 */
export function startLivenessProbes(deps: LivenessDeps, pod: Pod): () => void {
  const stops = podContainers(pod)
    .filter(({ container }) => container.livenessProbe?.exec)
    .map((target) => startProbe(deps, pod, target));
  return () => {
    for (const stop of stops) stop();
  };
}

function startProbe(
  { clock, events, runtime, onUnhealthy }: LivenessDeps,
  pod: Pod,
  target: KindedContainer,
): () => void {
  const { container, fieldPath } = target;
  const {
    exec,
    periodSeconds = 10,
    initialDelaySeconds = 0,
    failureThreshold = 3,
  } = container.livenessProbe ?? {};
  let failures = 0;
  let probed = '';

  async function probe(): Promise<void> {
    const run = liveRun(runtime, container.name);
    if (!run || run.unhealthy || clock.nowMs() - run.startedAtMs < initialDelaySeconds * 1000) return;
    if (run.containerID !== probed) failures = 0;
    probed = run.containerID;
    const { code, output } = await run.exec(exec?.command ?? []);
    failures = code === 0 ? 0 : failures + 1;
    if (code === 0 || run.exit) return;
    events.record(pod, {
      type: 'Warning',
      reason: 'Unhealthy',
      message: `Liveness probe failed: ${output}`,
      fieldPath,
    });
    if (failures < failureThreshold) return;
    run.unhealthy = true;
    onUnhealthy();
  }

  // A probe that takes its time does not hold up the ticker.
  return every(clock, periodSeconds * 1000, () => void probe());
}
