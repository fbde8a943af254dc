import { HOOKS, type Hook } from '../../protocol/event/event-type.ts';
import type { LifecycleEvent } from '../../protocol/event/lifecycle-event.ts';
import { checkFilter } from './check-hook-filter.ts';
import type { EventOf, Handler, HandlerContext, HandlerOptions } from './handler.ts';
import { type HandlerSettings, handlerSettings } from './handler-settings.ts';
import { type AnyFilter, type HookFilter, matchesHookFilter } from './hook-filter.ts';
import { type Target, targetHandler } from './target.ts';
import { unknownName } from './unknown-name.ts';

/** Where handlers are registered. */
export interface Hooks {
  /**
   * Runs the handler for every event of the hook(s) that matches the filter.
   *
   * @param handler a function, `{ url, secret?, headers? }`, or `{ eventBus, region, credentials }`.
   * @throws TypeError on an unknown hook, a faulty filter, target or option, or a name already used on the same hook.
   * @example hooks.on('preStop', { namespace: 'shop' }, async (event, ctx) => { … }, { name: 'drain' });
   */
  on<H extends Hook>(
    hook: H | readonly H[],
    filter: HookFilter<H>,
    handler: Target<EventOf<H>>,
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
  /** Whether any handler asks for the latest state of containers. */
  wantsOrder(): boolean;
}

/**
 * A handler as it was registered, for people to look at.
 *
 * @property keepsTrail whether it is the one that records events in the audit trail.
 */
export type RegisteredHandler = Pick<HandlerSettings, 'name' | 'attempts' | 'timeoutMs'> & {
  readonly hooks: readonly Hook[];
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
  bind(event: LifecycleEvent): BoundHandler | undefined;
};

/** An empty registry. */
export function createHooks(): Hooks & HandlerRegistry & Registered {
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

  return {
    on: (hook, filter, target, options = {}) => {
      const settings = handlerSettings(typeof target === 'function' ? target.name : '', options);
      if (closed) throw tooLate(settings.name);
      const hooks = typeof hook === 'string' ? [hook] : hook;
      for (const one of hooks) checkHook(one);
      const checked = checkFilter(`handler ${settings.name} of ${hooks.join(', ')}`, hooks, filter);
      const handler = targetHandler(settings.name, target);
      for (const one of hooks) add(register(one, checked, handler, settings));
      const { name, attempts, timeoutMs } = settings;
      const keepsTrail = 'keepsAuditTrail' in handler;
      registered.push({ name, attempts, timeoutMs, hooks, filter: checked, keepsTrail });
    },
    matching: (event) => registrations.flatMap((registration) => registration.bind(event) ?? []),
    wantsOrder: () => registrations.some(({ settings }) => settings.ordered),
    has: (name) => registrations.some(({ settings }) => settings.name === name),
    names: () => [...new Set(registrations.map(({ settings }) => settings.name))],
    registered: () => registered,
    close: () => {
      closed = true;
    },
  };
}

function register<H extends Hook>(
  hook: H,
  filter: AnyFilter,
  handler: Handler<EventOf<H>>,
  settings: HandlerSettings,
): Registration {
  const bind = (event: LifecycleEvent): BoundHandler | undefined => {
    if (!isEventOf(hook, event) || !matchesHookFilter(filter, event)) return undefined;
    return { ...settings, run: (ctx) => handler(event, ctx) };
  };
  return { hook, settings, bind };
}

function tooLate(name: string): TypeError {
  return new TypeError(
    `handler ${name} is registered too late: registerHandlers has ended. Await in it whatever comes before`,
  );
}

function checkHook(hook: string): void {
  if ((HOOKS as readonly string[]).includes(hook)) return;
  throw new TypeError(unknownName(`"${hook.slice(0, 80)}" is not a hook`, hook, HOOKS));
}

function isEventOf<H extends Hook>(hook: H, event: LifecycleEvent): event is EventOf<H> {
  return event.data.hook === hook;
}
