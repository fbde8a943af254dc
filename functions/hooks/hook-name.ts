import { EVENT_TYPE, HOOKS, type Hook } from '../../protocol/event/event-type.ts';
import type {
  Exit,
  GapEvent,
  GapReason,
  HookFailedEvent,
  LifecycleEvent,
  PostStopAmendedEvent,
  PostStopEvent,
  PreStopEvent,
  StopTrigger,
} from '../../protocol/event/lifecycle-event.ts';
import { unknownName } from './unknown-name.ts';

type Ended<Kind> = (PostStopEvent | PostStopAmendedEvent) & { readonly data: { readonly exit: Exit & Kind } };
type Stopping<Why extends StopTrigger> = PreStopEvent & {
  readonly data: { readonly stop: { readonly trigger: Why } };
};
type NativeFailed<Native extends HookFailedEvent['data']['failed']> = HookFailedEvent & {
  readonly data: { readonly failed: Native };
};
type Lost<Why extends GapReason> = GapEvent & { readonly data: { readonly why: Why } };

/** The event of each name that is narrower than a hook. */
type NarrowEvents = {
  'preStop.podDeleted': Stopping<'podDeleted'>;
  'preStop.evicted': Stopping<'evicted'>;
  'preStop.killing': Stopping<'killing'>;
  'preStop.vanished': Stopping<'vanished'>;
  'postStop.completed': Ended<{ readonly code: 0 }>;
  'postStop.failed': Ended<{ readonly code: number }>;
  'postStop.unknown': Ended<{ readonly code: null }>;
  'postStop.oomKilled': Ended<{ readonly reason: 'OOMKilled' }>;
  'postStop.amended': PostStopAmendedEvent;
  'hookFailed.postStart': NativeFailed<'postStart'>;
  'hookFailed.preStop': NativeFailed<'preStop'>;
  'gap.expired': Lost<'expired'>;
  'gap.epochChanged': Lost<'epochChanged'>;
  'gap.journalLost': Lost<'journalLost'>;
};

/** What handlers are registered for: a hook, or a narrower name such as `postStop.oomKilled`. */
export type HookName = Hook | keyof NarrowEvents;

/** The event that a handler of the name gets; `postStop` is also the hook of `postStop.amended`. */
export type EventOf<Name extends HookName> = Name extends keyof NarrowEvents
  ? NarrowEvents[Name]
  : Extract<LifecycleEvent, { data: { hook: Name } }>;

/** The hook that a name belongs to. */
export type HookOf<Name extends HookName> = Name extends `${infer H extends Hook}.${string}` ? H : Name;

type Narrow = { readonly [Name in keyof NarrowEvents]: (event: LifecycleEvent) => boolean };

const stopping = (trigger: StopTrigger) => (event: LifecycleEvent) =>
  event.data.hook === 'preStop' && event.data.stop.trigger === trigger;
const ended = (how: (exit: Exit) => boolean) => (event: LifecycleEvent) =>
  event.data.hook === 'postStop' && how(event.data.exit);
const nativeFailed = (native: string) => (event: LifecycleEvent) =>
  event.data.hook === 'hookFailed' && event.data.failed === native;
const lost = (why: GapReason) => (event: LifecycleEvent) =>
  event.data.hook === 'gap' && event.data.why === why;

const NARROW: Narrow = {
  'preStop.podDeleted': stopping('podDeleted'),
  'preStop.evicted': stopping('evicted'),
  'preStop.killing': stopping('killing'),
  'preStop.vanished': stopping('vanished'),
  'postStop.completed': ended(({ code }) => code === 0),
  'postStop.failed': ended(({ code }) => code !== null && code !== 0),
  // Nobody knows how it ended, so it is neither of the two.
  'postStop.unknown': ended(({ code }) => code === null),
  'postStop.oomKilled': ended(({ reason }) => reason === 'OOMKilled'),
  'postStop.amended': ({ type }) => type === EVENT_TYPE.postStopAmended,
  'hookFailed.postStart': nativeFailed('postStart'),
  'hookFailed.preStop': nativeFailed('preStop'),
  'gap.expired': lost('expired'),
  'gap.epochChanged': lost('epochChanged'),
  'gap.journalLost': lost('journalLost'),
};

/** Every name a handler can be registered for, the hooks first. */
export const HOOK_NAMES = [...HOOKS, ...(Object.keys(NARROW) as (keyof NarrowEvents)[])] as const;

/**
 * @returns the hook that the name belongs to.
 * @throws TypeError for what is no name, with the one that was probably meant.
 */
export function hookOf(name: string): Hook {
  const known = HOOK_NAMES.find((one) => one === name);
  if (known === undefined) {
    throw new TypeError(unknownName(`"${name.slice(0, 80)}" is not a hook`, name, HOOK_NAMES));
  }
  return known.split('.')[0] as Hook;
}

/** Whether the event is one of that name. */
export function isNamed<Name extends HookName>(name: Name, event: LifecycleEvent): event is EventOf<Name> {
  return name in NARROW ? NARROW[name as keyof Narrow](event) : event.data.hook === name;
}
