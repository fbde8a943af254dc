import type {
  DisabledEvent,
  GapEvent,
  HookFailedEvent,
  PostStartEvent,
  PostStopAmendedEvent,
  PostStopEvent,
  PreStartEvent,
  PreStopEvent,
} from '../../../../protocol/event/lifecycle-event.ts';
import type { SampleName } from '../../../../protocol/sample/sample-data.ts';
import { sampleEvent } from '../../../../protocol/sample/sample-event.ts';
import { systemClock } from '../../../../settings/ambient/clock.ts';

/** The event of each sample. */
type EventOfSample = {
  preStart: PreStartEvent;
  postStart: PostStartEvent;
  preStop: PreStopEvent;
  postStop: PostStopEvent;
  postStopAmended: PostStopAmendedEvent;
  hookFailed: HookFailedEvent;
  gap: GapEvent;
  disabled: DisabledEvent;
};

/** What to say in place of the sample's own, at any depth. */
type Changes<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [Key in keyof T]?: Changes<T[Key]> }
    : T;

/** @property nowMs wall time of the event. @default now */
type EventOptions = { readonly nowMs?: number };

/**
 * A valid event of that kind, with the id that a watcher would give it, each of a Pod of its own.
 *
 * @param changes laid over the `data` of the sample; labels are replaced as a whole.
 * @throws SampleError naming the field, when it would be no event.
 * @example await event('postStop', { exit: { code: 137, reason: 'OOMKilled' }, pod: { namespace: 'shop' } })
 */
export async function testEvent<Name extends SampleName>(
  name: Name,
  changes: Changes<EventOfSample[Name]['data']> = {} as Changes<EventOfSample[Name]['data']>,
  { nowMs = systemClock.nowMs() }: EventOptions = {},
): Promise<EventOfSample[Name]> {
  const unique = crypto.randomUUID().replaceAll('-', '');
  const { event } = await sampleEvent(name, { nowMs, unique, data: { ...(changes as object) } });
  return event as unknown as EventOfSample[Name];
}
