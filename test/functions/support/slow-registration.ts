import type { RegisterHandlers } from '../../../functions/hooks/register-handlers.ts';
import { registerTestHandlers } from './test-handlers.ts';

/** Asks `PROBE_URL/registration` first, and registers the tests' handlers if that is well. */
export const registerSlowly: RegisterHandlers = async (hooks, env) => {
  const response = await fetch(`${env.vars.PROBE_URL}/registration`, { method: 'POST' });
  await response.body?.cancel();
  if (!response.ok) throw new Error('the service of the handlers is down');
  await registerTestHandlers(hooks, env);
};
