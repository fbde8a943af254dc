import type { Pod } from '../../objects/pod.ts';
import { killContainer } from '../runtime/kill-container.ts';
import { type KindedContainer, lastEnded, liveRun } from '../runtime/pod-runtime.ts';
import { type StartDeps, startContainer } from '../runtime/start-container.ts';
import { planSync } from './sync-plan.ts';

/**
 * @property pod as it stands: it may change while something starts.
 * @property graceMs how long a kill may take.
 * @property onHeld told of a back-off that lasts so much longer.
 */
type Carried = { pod: () => Pod; graceMs: () => number; onHeld: (remainingMs: number) => void };

/**
 * Does what a Pod needs now: kills what is unhealthy, then starts, one after the other, what should run.
 *
 * @returns whether anything was started or killed.
 */
export async function carryOut(deps: StartDeps, { pod, graceMs, onHeld }: Carried): Promise<boolean> {
  const { runtime } = deps;
  const plan = planSync(pod(), runtime);
  const before = new Map(
    plan.start.map(({ container }) => [container.name, lastEnded(runtime, container.name)]),
  );
  for (const target of plan.kill) await killUnhealthy(deps, pod(), { target, graceMs });
  let touched = plan.kill.length > 0;
  for (const target of plan.start) {
    const ended = before.get(target.container.name);
    const started = await startContainer(deps, { pod: pod(), target, ended });
    if (started.kind === 'held') onHeld(started.remainingMs);
    else touched = true;
  }
  return touched;
}

async function killUnhealthy(
  { clock, events, runtime }: StartDeps,
  pod: Pod,
  { target, graceMs }: { target: KindedContainer; graceMs: () => number },
): Promise<void> {
  const run = liveRun(runtime, target.container.name);
  if (!run) return;
  const message = `Container ${target.container.name} failed liveness probe, will be restarted`;
  await killContainer({ clock, events }, { pod, run, target }, { graceMs: graceMs(), message });
}
