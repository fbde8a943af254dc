import { registerHandlers } from '../../../functions/handlers/register.ts';
import type { RegisterHandlers } from '../../../functions/hooks/register-handlers.ts';
import { SECRET } from './signed-post.ts';

/**
 * The shipped handlers as the variables switch them on, a URL to forward to (`FORWARD_URL`), and a handler that tells
 * `STANDING_URL` where each event stands.
 */
export const registerDeployedHandlers: RegisterHandlers = (hooks, env) => {
  registerHandlers(hooks, env);
  const { FORWARD_URL = '', STANDING_URL = '' } = env.vars;
  hooks.on('preStop', { trigger: 'podDeleted' }, { url: FORWARD_URL, secret: SECRET }, { name: 'forward' });
  hooks.on(
    ['postStart', 'preStop', 'postStop'],
    { cluster: 'prod-eu-1' },
    async function tellStanding(event, ctx) {
      const standing = await ctx.latest();
      const other = standing.kind === 'stale' ? standing.latest.hook : (standing.previous?.hook ?? 'nothing');
      const response = await ctx.fetch(STANDING_URL, {
        method: 'POST',
        body: `${event.data.hook} ${standing.kind} ${other}`,
      });
      await response.body?.cancel();
    },
    { ordered: true },
  );
};
