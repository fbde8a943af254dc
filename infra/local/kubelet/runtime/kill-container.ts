import type { Clock } from '../../../../settings/ambient/clock.ts';
import { waitAtMost } from '../../../../settings/ambient/deadline.ts';
import { delay } from '../../../../settings/ambient/delay.ts';
import type { Pod } from '../../objects/pod.ts';
import type { EventRecorder } from '../node/event-recorder.ts';
import { timing } from '../node/timing.ts';
import type { KindedContainer } from './pod-runtime.ts';
import type { SimulatedRun } from './simulated-run.ts';

type KillDeps = { clock: Clock; events: EventRecorder };

/**
 * Ends a run: Event Killing, preStop within the grace period, SIGTERM, SIGKILL when the rest of the grace is over
 * (never less than two seconds: what a preStop that used up its time is followed by). Resolves when it is dead.
 *
 * `turn` holds SIGTERM back, not preStop: native sidecars wait for the main containers.
 *
 * @see kubernetes/pkg/kubelet/kuberuntime/kuberuntime_container.go, `killContainer`
 */
export async function killContainer(
  { clock, events }: KillDeps,
  { pod, run, target }: { pod: Pod; run: SimulatedRun; target: KindedContainer },
  {
    graceMs,
    message,
    turn = Promise.resolve(),
  }: { graceMs: number; message: string; turn?: Promise<unknown> },
): Promise<void> {
  const { fieldPath } = target;
  const endsAtMs = clock.nowMs() + graceMs;
  events.record(pod, { type: 'Normal', reason: 'Killing', message, fieldPath });
  if (graceMs > 0) await limited(clock, graceMs, [run.exited, preStop()]);
  await limited(clock, endsAtMs - clock.nowMs(), [run.exited, turn]);
  if (run.exit) return;
  run.terminate();
  await limited(clock, Math.max(endsAtMs - clock.nowMs(), timing.minimumGrace), [run.exited]);
  run.kill();
  await run.exited;

  async function preStop(): Promise<void> {
    const hook = target.container.lifecycle?.preStop;
    if (hook?.sleep) await delay(clock, hook.sleep.seconds * 1000);
    if (!hook?.exec) return;
    const { code } = await run.exec(hook.exec.command ?? []);
    if (code === 0) return;
    // A hook that outlives the grace period fails only now, when the container's death ends it.
    events.record(pod, {
      type: 'Warning',
      reason: 'FailedPreStopHook',
      message: 'PreStopHook failed',
      fieldPath,
    });
  }
}

/** Resolves when the first of `ways` does, or after `ms`, whichever comes first. */
async function limited(clock: Clock, ms: number, ways: Promise<unknown>[]): Promise<void> {
  if (ms > 0) await waitAtMost(clock, ms, Promise.race(ways));
}

/** Stops all given runs together, sidecars last and in reverse order (`kuberuntime_termination_order.go`). */
export async function killPod(
  deps: KillDeps,
  pod: Pod,
  { alive, graceMs }: { alive: { run: SimulatedRun; target: KindedContainer }[]; graceMs: number },
): Promise<void> {
  const mains = alive.filter(({ target }) => target.kind !== 'sidecar');
  const sidecars = alive.filter(({ target }) => target.kind === 'sidecar').reverse();
  let turn: Promise<unknown> = Promise.all(mains.map(({ run }) => run.exited));
  const kills = mains.map((one) => kill(one, Promise.resolve()));
  for (const one of sidecars) {
    kills.push(kill(one, turn));
    turn = one.run.exited;
  }
  await Promise.all(kills);

  function kill({ run, target }: { run: SimulatedRun; target: KindedContainer }, turn: Promise<unknown>) {
    const message = `Stopping container ${target.container.name}`;
    return killContainer(deps, { pod, run, target }, { graceMs, message, turn });
  }
}
