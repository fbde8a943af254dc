import type { Hook } from '../../protocol/event/event-type.ts';
import type { LifecycleEvent } from '../../protocol/event/lifecycle-event.ts';
import { checkFilter } from './check-hook-filter.ts';
import type { Handler, HandlerContext, HandlerOptions } from './handler.ts';
import { type HandlerSettings, handlerSettings } from './handler-settings.ts';
import { type AnyFilter, type HookFilter, matchesHookFilter } from './hook-filter.ts';
import { type EventOf, type HookName, type HookOf, hookOf, isNamed } from './hook-name.ts';
import { isTarget, type Target, targetHandler } from './target.ts';
import type { TargetGuard } from './target-guard.ts';

/** Where handlers are registered. */
export interface Hooks {
  /**
   * Runs the handler for every event of the hook(s) that matches the filter.
   *
   * @param name a hook, a narrower name such as `postStop.oomKilled`, or a list of them. An event that several of a list
   *   name runs the handler once.
   * @param filter may be left out: then every event of the hook.
   * @param handler a function, `{ url, secret?, headers? }`, or `{ eventBus, region, credentials }`.
   * @throws TypeError on an unknown hook, a faulty filter, target or option, or a name already used on the same hook.
   * @example hooks.on('preStop', { namespace: 'shop' }, async (event, ctx) => { … }, { name: 'drain' });
   * @example hooks.on('postStop.oomKilled', async (event, ctx) => { … }, { name: 'page' });
   */
  on<Name extends HookName>(
    name: Name | readonly Name[],
    filter: HookFilter<HookOf<Name>>,
    handler: Target<EventOf<Name>>,
    options?: HandlerOptions,
  ): void;
  on<Name extends HookName>(
    name: Name | readonly Name[],
    handler: Target<EventOf<Name>>,
    options?: HandlerOptions,
  ): void;
  /** Whether a handler of that name is registered, on whichever hook. */
  has(name: string): boolean;
}

/** A handler together with the event it is to run for. */
export type BoundHandler = HandlerSettings & { run(ctx: HandlerContext): unknown };

/** The registered handlers, as the consumer asks for them. */
export interface HandlerRegistry {
  /** The handlers that want this event, in the order of registration. */
  matching(event: LifecycleEvent): readonly BoundHandler[];
  /** Whether there is one. */
  matchesAny(event: LifecycleEvent): boolean;
  /** Whether any handler asks for the latest state of containers. */
  wantsOrder(): boolean;
}

/**
 * A handler as it was registered, for people to look at.
 *
 * @property hooks the names it was registered for.
 * @property keepsTrail whether it is the one that records events in the audit trail.
 */
export type RegisteredHandler = Pick<HandlerSettings, 'name' | 'attempts' | 'timeoutMs'> & {
  readonly hooks: readonly HookName[];
  readonly filter: AnyFilter;
  readonly keepsTrail: boolean;
};

/** All that is registered. */
type Registered = {
  /** Each name once, in the order of registration. */
  names(): readonly string[];
  /** In the order of registration. */
  registered(): readonly RegisteredHandler[];
  /** From now on `on` throws: what is registered later, by code that nobody waited for, would be left out of checks. */
  close(): void;
};

type Registration = {
  readonly hook: Hook;
  readonly settings: HandlerSettings;
  readonly handler: Handler<LifecycleEvent>;
  matches(event: LifecycleEvent): boolean;
};

/** An empty registry. @param targets without it, targets are called wherever they are. */
export function createHooks(targets?: TargetGuard): Hooks & HandlerRegistry & Registered {
  const registrations: Registration[] = [];
  const registered: RegisteredHandler[] = [];
  let closed = false;

  const add = (registration: Registration) => {
    const { hook, settings } = registration;
    if (registrations.some((other) => other.hook === hook && other.settings.name === settings.name)) {
      throw new TypeError(`two handlers of ${hook} are called "${settings.name}": give one another { name }`);
    }
    registrations.push(registration);
  };

  const on = (given: HookName | readonly HookName[], ...rest: readonly unknown[]) => {
    const { filter, target, options } = argumentsOf(rest);
    const settings = handlerSettings(typeof target === 'function' ? target.name : '', options);
    if (closed) throw tooLate(settings.name);
    const names = typeof given === 'string' ? [given] : given;
    const hooks = [...new Set(names.map(hookOf))];
    const checked = checkFilter(`handler ${settings.name} of ${names.join(', ')}`, hooks, filter);
    const handler = targetHandler(settings.name, target, targets);
    for (const hook of hooks) {
      const ofHook = names.filter((name) => hookOf(name) === hook);
      add({ hook, settings, handler, matches: matching(ofHook, checked) });
    }
    const { name, attempts, timeoutMs } = settings;
    const keepsTrail = 'keepsAuditTrail' in handler;
    registered.push({ name, attempts, timeoutMs, hooks: names, filter: checked, keepsTrail });
  };

  return {
    on,
    matching: (event) =>
      registrations
        .filter(({ matches }) => matches(event))
        .map(({ settings, handler }) => ({ ...settings, run: (ctx) => handler(event, ctx) })),
    matchesAny: (event) => registrations.some(({ matches }) => matches(event)),
    wantsOrder: () => registrations.some(({ settings }) => settings.ordered),
    has: (name) => registrations.some(({ settings }) => settings.name === name),
    names: () => [...new Set(registrations.map(({ settings }) => settings.name))],
    registered: () => registered,
    close: () => {
      closed = true;
    },
  };
}

/** With the filter, or without it: a target that is no function is told by its fields, which no filter has. */
function argumentsOf(rest: readonly unknown[]) {
  // With two targets the first is a filter that is none, and is refused as one.
  const withoutFilter = isTarget(rest[0]) && !isTarget(rest[1]);
  const [filter, target, options = {}] = withoutFilter ? [{}, ...rest] : rest;
  return { filter, target: target as Target<LifecycleEvent>, options: options as HandlerOptions };
}

function matching(names: readonly HookName[], filter: AnyFilter): Registration['matches'] {
  return (event) => names.some((name) => isNamed(name, event)) && matchesHookFilter(filter, event);
}

function tooLate(name: string): TypeError {
  return new TypeError(
    `handler ${name} is registered too late: registerHandlers has ended. Await in it whatever comes before`,
  );
}
