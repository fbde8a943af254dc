import type { RegisterHandlers, RegisterShipped } from '../hooks/register-handlers.ts';
import { registerDeleteObjects } from './shipped/delete-objects.ts';

/** Shipped handlers that bring along more than they are worth to a Worker that does not use them. */
const LARGER_HANDLERS: readonly RegisterShipped[] = [registerDeleteObjects];

/**
 * The same, with the larger shipped handlers at hand: for platforms where a variable alone is to switch them on, because
 * nobody there edits `register.ts`, or nobody has to download what it imports before it answers.
 */
export function withLargerHandlers(registerHandlers: RegisterHandlers): RegisterHandlers {
  return (hooks, env) => registerHandlers(hooks, { ...env, larger: LARGER_HANDLERS });
}
