import type { Clock } from '../../../../settings/ambient/clock.ts';
import { delay } from '../../../../settings/ambient/delay.ts';
import { type Random, randomHexId } from '../../ambient/ids.ts';
import type { Pod } from '../../objects/pod.ts';
import { DEFAULT_GRACE_SECONDS } from '../../objects/pod-spec.ts';
import type { EventRecorder } from '../node/event-recorder.ts';
import { timing } from '../node/timing.ts';
import { killContainer } from './kill-container.ts';
import { addRun, type KindedContainer, lastRun, type PodRuntime } from './pod-runtime.ts';
import { goDuration, type RestartBackoff } from './restart-backoff.ts';
import { type SimulatedRun, startRun } from './simulated-run.ts';

export type StartDeps = {
  clock: Clock;
  events: EventRecorder;
  random: Random;
  runtime: PodRuntime;
  backoff: RestartBackoff;
  onExit: () => void;
  /** Resolves when the Pod is to end: a postStart hook is not waited for any longer. */
  leaving: Promise<void>;
};

/** `held`: not started, the back-off lasts `remainingMs` more; `hookFailed`: killed again by its postStart hook. */
type StartOutcome = { kind: 'started' } | { kind: 'held'; remainingMs: number } | { kind: 'hookFailed' };

/**
 * Starts one container and runs its postStart hook to the end: until then nobody else of the Pod is started and no
 * status is written, so the API goes on saying `waiting`.
 *
 * `ended` is the container's last run that had ended before this sync began: only that one counts for the back-off.
 *
 * @see kubernetes/pkg/kubelet/kuberuntime/kuberuntime_container.go, `startContainer`; `doBackOff`
 */
export async function startContainer(
  deps: StartDeps,
  { pod, target, ended }: { pod: Pod; target: KindedContainer; ended: SimulatedRun | undefined },
): Promise<StartOutcome> {
  const { clock, events, random, runtime, backoff, onExit } = deps;
  const { container, fieldPath } = target;
  const { name } = container;
  const normal = (reason: string, message: string) =>
    events.record(pod, { type: 'Normal', reason, message, fieldPath });

  if (ended?.exit) {
    const remainingMs = backoff.remainingMs(name, ended.exit.atMs);
    if (remainingMs > 0) {
      holdBack(deps, pod, target);
      return { kind: 'held', remainingMs };
    }
    backoff.next(name);
  }
  const image = JSON.stringify(container.image);
  normal('Pulled', `Container image ${image} already present on machine and can be accessed by the pod`);
  await delay(clock, timing.create);
  normal('Created', 'Container created');
  await delay(clock, timing.start);
  const run = startRun(container, {
    clock,
    containerID: `containerd://${randomHexId(random, 64)}`,
    attempt: (lastRun(runtime, name)?.attempt ?? -1) + 1,
    onExit,
  });
  addRun(runtime, name, run);
  runtime.reasons.delete(name);
  normal('Started', 'Container started');
  return postStart(deps, { pod, target, run });
}

function holdBack(
  { events, runtime, backoff }: StartDeps,
  pod: Pod,
  { container, fieldPath }: KindedContainer,
): void {
  const { name, namespace, uid } = pod.metadata;
  const podName = `${name}_${namespace}(${uid})`;
  const message = `Back-off restarting failed container ${container.name} in pod ${podName}`;
  events.record(pod, { type: 'Warning', reason: 'BackOff', message, fieldPath });
  runtime.reasons.set(container.name, {
    reason: 'CrashLoopBackOff',
    message: `back-off ${goDuration(backoff.delayMs(container.name))} restarting failed container=${container.name} pod=${podName}`,
  });
}

async function postStart(
  { clock, events, runtime, leaving }: StartDeps,
  { pod, target, run }: { pod: Pod; target: KindedContainer; run: SimulatedRun },
): Promise<StartOutcome> {
  const { container, fieldPath } = target;
  const hook = container.lifecycle?.postStart;
  if (hook?.sleep) await Promise.race([delay(clock, hook.sleep.seconds * 1000), run.exited, leaving]);
  if (!hook?.exec) return { kind: 'started' };
  const ended = await Promise.race([run.exec(hook.exec.command ?? []), leaving]);
  if (!ended || ended.code === 0) return { kind: 'started' };
  events.record(pod, {
    type: 'Warning',
    reason: 'FailedPostStartHook',
    message: 'PostStartHook failed',
    fieldPath,
  });
  const graceMs = (pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS) * 1000;
  await killContainer({ clock, events }, { pod, run, target }, { graceMs, message: 'FailedPostStartHook' });
  runtime.reasons.set(container.name, {
    reason: 'PostStartHookError',
    message: `PostStartHook failed with exit code ${ended.code}`,
  });
  return { kind: 'hookFailed' };
}
