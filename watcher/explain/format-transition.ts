import { counted } from '../../settings/counted.ts';
import type { Transition } from '../lifecycle/transition.ts';

/** A lifecycle event as one flat JSON object, for `offhook explain --json`. Absent facts are null. */
export function transitionRecord(transition: Transition): Record<string, unknown> {
  const { hook, observation, time, pod, container } = transition;
  const exit = hook === 'postStop' ? transition.exit : null;
  const stop = hook === 'preStop' ? transition.stop : null;
  return {
    hook,
    podUid: pod.uid,
    namespace: pod.namespace,
    pod: pod.name,
    container: container.name,
    kind: container.kind,
    containerID: container.id ?? '',
    observation,
    time,
    startedAt: container.startedAt,
    finishedAt: exit?.finishedAt ?? null,
    exitCode: exit?.code ?? null,
    reason: exit?.reason ?? null,
    restartCount: container.restartCount,
    skippedRuns: container.skippedRuns,
    ...(stop && { trigger: stop.trigger, deadline: stop.deadline }),
    ...(hook === 'postStop' && transition.amends && { amended: true }),
    ...(hook === 'hookFailed' && { failed: transition.failed }),
  };
}

const HOOK_WIDTH = 10;
const NAME_WIDTH = 36;
const SHORT_ID = 12;

/** A lifecycle event as one line for people: when, what, where, which run, and how it was learned. */
export function transitionLine(transition: Transition): string {
  const { hook, observation, time, pod, container } = transition;
  const name = `${pod.namespace}/${pod.name}/${container.name}`;
  const run = container.id?.replace(/^[^:]*:\/\//, '').slice(0, SHORT_ID) ?? '';
  const cells = [
    (time ?? '(time unknown)').padEnd('2026-01-01T00:00:00Z'.length),
    hook.padEnd(HOOK_WIDTH),
    name.padEnd(NAME_WIDTH),
    run.padEnd(SHORT_ID),
    [...details(transition), observation].join(', '),
  ];
  return cells.join('  ');
}

function details(transition: Transition): string[] {
  switch (transition.hook) {
    case 'preStart':
      return [];
    case 'postStart': {
      const { restartCount, skippedRuns } = transition.container;
      return [
        ...(restartCount > 0 ? [`restart ${restartCount}`] : []),
        ...(skippedRuns > 0 ? [`${counted(skippedRuns, 'run')} skipped`] : []),
      ];
    }
    case 'preStop': {
      const { trigger, deadline } = transition.stop;
      return [trigger, ...(deadline ? [`until ${deadline}`] : [])];
    }
    case 'postStop': {
      const { code, reason } = transition.exit;
      const exit = code === null ? 'exit code unknown' : `exit ${code}`;
      return [reason ? `${exit} ${reason}` : exit, ...(transition.amends ? ['amended'] : [])];
    }
    case 'hookFailed':
      return [`native ${transition.failed} failed`];
    default:
      return transition satisfies never;
  }
}
