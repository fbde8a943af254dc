import { HOOKS, type Hook } from '../../protocol/event-type.ts';
import type { LifecycleEvent } from '../../protocol/lifecycle-event.ts';
import { type HookFilter, matchesFilter } from './filter.ts';
import type { EventOf, Handler, HandlerContext, HandlerOptions } from './handler.ts';
import { type HandlerSettings, handlerSettings } from './handler-settings.ts';

/** Where handlers are registered. */
export interface Hooks {
  /**
   * Runs the handler for every event of the hook(s) that matches the filter.
   *
   * @throws TypeError on an unknown hook, a bad option, or a name already used on the same hook.
   * @example hooks.on('preStop', { namespace: 'shop' }, async (event, ctx) => { … }, { name: 'drain' });
   */
  on<H extends Hook>(
    hook: H | readonly H[],
    filter: HookFilter,
    handler: Handler<EventOf<H>>,
    options?: HandlerOptions,
  ): void;
}

/** A handler together with the event it is to run for. */
export type BoundHandler = HandlerSettings & { run(ctx: HandlerContext): unknown };

/** The registered handlers, as the consumer asks for them. */
export interface HandlerRegistry {
  /** The handlers that want this event, in the order of registration. */
  matching(event: LifecycleEvent): readonly BoundHandler[];
}

type Registration = {
  readonly hook: Hook;
  readonly name: string;
  bind(event: LifecycleEvent): BoundHandler | undefined;
};

/** An empty registry. */
export function createHooks(): Hooks & HandlerRegistry {
  const registrations: Registration[] = [];

  const add = (registration: Registration) => {
    if (registrations.some(({ hook, name }) => hook === registration.hook && name === registration.name)) {
      throw new TypeError(
        `two handlers of ${registration.hook} are called "${registration.name}": give one another { name }`,
      );
    }
    registrations.push(registration);
  };

  return {
    on: (hook, filter, handler, options = {}) => {
      const settings = handlerSettings(handler.name, options);
      const hooks = typeof hook === 'string' ? [hook] : hook;
      for (const one of hooks) add(register(one, filter, handler, settings));
    },
    matching: (event) => registrations.flatMap((registration) => registration.bind(event) ?? []),
  };
}

function register<H extends Hook>(
  hook: H,
  filter: HookFilter,
  handler: Handler<EventOf<H>>,
  settings: HandlerSettings,
): Registration {
  if (!HOOKS.includes(hook)) {
    throw new TypeError(`"${hook}" is not a hook: use one of ${HOOKS.join(', ')}`);
  }
  const bind = (event: LifecycleEvent): BoundHandler | undefined => {
    if (!isEventOf(hook, event) || !matchesFilter(filter, event)) return undefined;
    return { ...settings, run: (ctx) => handler(event, ctx) };
  };
  return { hook, name: settings.name, bind };
}

function isEventOf<H extends Hook>(hook: H, event: LifecycleEvent): event is EventOf<H> {
  return event.data.hook === hook;
}
