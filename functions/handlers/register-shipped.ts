import type { Hooks } from '../hooks/hooks.ts';
import type { HandlerEnvironment, RegisterShipped } from '../hooks/register-handlers.ts';
import { together } from './shipped/variable-error.ts';

/**
 * Registers shipped handlers in that order.
 *
 * @throws VariableError with what is wrong with the variables of any of them.
 */
export function registerShipped(
  hooks: Hooks,
  env: HandlerEnvironment,
  handlers: readonly RegisterShipped[],
): void {
  together(...handlers.map((register) => () => register(hooks, env)));
}
