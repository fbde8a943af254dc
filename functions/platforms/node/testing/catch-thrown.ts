import type { HandlerContext } from '../../../hooks/handler.ts';
import type { Hooks } from '../../../hooks/hooks.ts';
import type { RegisterHandlers } from '../../../hooks/register-handlers.ts';

type AnyHandler = (event: never, ctx: HandlerContext) => unknown;

/**
 * Keeps what handlers throw, with its stack and its cause: the record of a run has one line of it.
 *
 * @property take all that was thrown since, together; null when nothing was.
 */
type CaughtErrors = {
  readonly registerHandlers: RegisterHandlers;
  take(): AggregateError | null;
};

/** Registers the same handlers, each of which is listened to. */
export function catchThrown(registerHandlers: RegisterHandlers): CaughtErrors {
  let thrown: unknown[] = [];

  const watched = (handler: AnyHandler): AnyHandler => {
    const run: AnyHandler = async (event, ctx) => {
      try {
        return await handler(event, ctx);
      } catch (error) {
        thrown.push(error);
        throw error;
      }
    };
    // A handler is known by its name, and the one that keeps the audit trail by a property.
    return Object.defineProperty(Object.assign(run, handler), 'name', { value: handler.name });
  };

  return {
    registerHandlers: (hooks, env) => {
      const on = (...given: unknown[]) =>
        Reflect.apply(
          hooks.on,
          hooks,
          given.map((one) => (typeof one === 'function' ? watched(one as AnyHandler) : one)),
        );
      return registerHandlers({ on: on as Hooks['on'], has: hooks.has }, env);
    },
    take: () => {
      if (thrown.length === 0) return null;
      const errors = thrown;
      thrown = [];
      return new AggregateError(errors, `${errors.length} of the handlers threw`);
    },
  };
}
