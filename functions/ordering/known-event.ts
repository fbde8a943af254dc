import { runInstance } from '../../protocol/event/event-identity.ts';
import { type ContainerHook, EVENT_TYPE } from '../../protocol/event/event-type.ts';
import type { ContainerEvent, LifecycleEvent, StopTrigger } from '../../protocol/event/lifecycle-event.ts';

/**
 * What is remembered of an event of a container.
 *
 * @property amended it corrects the postStop of its run.
 * @property run the run: its containerID, or what `runInstance` makes of its count and start where its node shows none; null
 *   for `preStart` and `hookFailed`, which concern the container.
 * @property startedAt when the run started, RFC 3339; null where unknown, and for a run that never started.
 * @property restartCount as the Pod's status said when the event was learned, not the index of the run.
 * @property sequence 16 digits; orders the events of one watcher's journal only.
 * @property time when it happened, RFC 3339.
 * @property trigger why the run is being ended; null unless a `preStop`.
 * @property exitCode null unless a `postStop` whose code is known.
 */
export type KnownEvent = {
  readonly id: string;
  readonly hook: ContainerHook;
  readonly amended: boolean;
  readonly run: string | null;
  readonly startedAt: string | null;
  readonly restartCount: number;
  readonly sequence: string;
  readonly time: string;
  readonly trigger: StopTrigger | null;
  readonly exitCode: number | null;
};

/** The facts of an event by which it is ordered. */
export function knownEvent(event: ContainerEvent): KnownEvent {
  const { id, type, sequence, time, data } = event;
  return {
    id,
    hook: data.hook,
    amended: type === EVENT_TYPE.postStopAmended,
    run: data.hook === 'preStart' || data.hook === 'hookFailed' ? null : runInstance(data.container),
    startedAt: data.container.startedAt,
    restartCount: data.container.restartCount,
    sequence,
    time,
    trigger: data.hook === 'preStop' ? data.stop.trigger : null,
    exitCode: data.hook === 'postStop' ? data.exit.code : null,
  };
}

/** Whether an event concerns one container. */
export function isContainerEvent(event: LifecycleEvent): event is ContainerEvent {
  return event.data.hook !== 'gap' && event.data.hook !== 'disabled';
}
