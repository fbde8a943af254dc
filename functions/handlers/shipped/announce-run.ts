import type { PostStartEvent } from '../../../protocol/event/lifecycle-event.ts';
import type { Handler } from '../../hooks/handler.ts';
import type { Hooks } from '../../hooks/hooks.ts';
import type { HandlerEnvironment } from '../../hooks/register-handlers.ts';
import { createPostJson } from './post-json.ts';
import { urlVariable } from './variable.ts';
import { together } from './variable-error.ts';

/**
 * `announce-run`, at postStart: announces that a container runs, by a compact JSON object to `ANNOUNCE_URL`, or in the
 * log where no URL is set.
 *
 * @throws VariableError when the URL is not one, or `CALL_SECRET` is malformed.
 */
export function registerAnnounceRun(hooks: Hooks, env: HandlerEnvironment): void {
  hooks.on('postStart', {}, createAnnounceRun(env), { name: 'announce-run' });
}

function createAnnounceRun({ vars, now }: HandlerEnvironment): Handler<PostStartEvent> {
  const [postJson, url] = together(
    () => createPostJson({ secret: vars.CALL_SECRET, now }),
    () => urlVariable(vars, 'ANNOUNCE_URL'),
  );
  return async function announceRun(event, ctx) {
    const announcement = describeRun(event);
    if (url === undefined) return ctx.log.info(announcement, 'a container runs');
    await postJson(ctx, { url, eventId: event.id, body: announcement });
  };
}

function describeRun({ time, data: { cluster, pod, container, observation } }: PostStartEvent) {
  return {
    text: `${pod.namespace}/${pod.name}: container ${container.name} runs`,
    cluster: cluster.name,
    namespace: pod.namespace,
    pod: pod.name,
    container: container.name,
    image: container.image,
    restartCount: container.restartCount,
    observation,
    startedAt: time,
  };
}
