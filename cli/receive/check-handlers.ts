import { createHooks } from '../../functions/hooks/hooks.ts';
import type { ReceiverOptions } from './receiver-options.ts';

/**
 * Registers the handlers with their variables and forgets them again.
 *
 * @throws when one of them cannot be registered, or a variable of theirs is not usable.
 */
export function checkHandlers({ registerHandlers, vars }: ReceiverOptions): void {
  registerHandlers(createHooks(), { vars, audit: { append: async () => {} }, now: Date.now });
}
