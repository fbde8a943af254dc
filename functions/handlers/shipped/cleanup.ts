import type { PreStopEvent } from '../../../protocol/event/lifecycle-event.ts';
import { StatusError } from '../../hooks/attempt-failure.ts';
import type { Handler } from '../../hooks/handler.ts';
import type { Hooks } from '../../hooks/hooks.ts';
import type { HandlerEnvironment } from '../../hooks/register-handlers.ts';
import { createPostJson } from './post-json.ts';
import { urlVariable } from './variable.ts';
import { together } from './variable-error.ts';

/**
 * `cleanup`, at preStop: lets a service off the cluster clean up after a container, by a POST to `CLEANUP_URL` with the Pod's
 * identity and how long it has. 2xx and 404 (nothing there to clean) are done; anything else is tried again, with
 * the same `idempotency-key`. Without a URL there is nothing to do.
 *
 * @throws VariableError when the URL is not one, or `CALL_SECRET` is malformed.
 */
export function registerCleanup(hooks: Hooks, env: HandlerEnvironment): void {
  hooks.on('preStop', {}, createCleanup(env), { name: 'cleanup' });
}

function createCleanup({ vars, now }: HandlerEnvironment): Handler<PreStopEvent> {
  const [postJson, url] = together(
    () => createPostJson({ secret: vars.CALL_SECRET, now }),
    () => urlVariable(vars, 'CLEANUP_URL'),
  );
  return async function cleanup(event, ctx) {
    if (url === undefined) return ctx.log.info('nothing to clean up: CLEANUP_URL is not set');
    const call = { url, eventId: event.id, body: describeStop(event, ctx.deadline) };
    await postJson(ctx, call).catch((error: unknown) => {
      if (!(error instanceof StatusError && error.status === 404)) throw error;
    });
  };
}

/** `answerBy` is when this call gives up; `podDeadline` when the Pod's grace period ends, null where unknown. */
function describeStop({ id, data: { cluster, pod, container, stop } }: PreStopEvent, answerBy: Date) {
  return {
    eventId: id,
    cluster: cluster.name,
    namespace: pod.namespace,
    pod: pod.name,
    podUid: pod.uid,
    node: pod.node,
    labels: pod.labels,
    owner: pod.owner,
    container: container.name,
    containerId: container.id,
    trigger: stop.trigger,
    podDeadline: stop.deadline,
    answerBy: answerBy.toISOString(),
  };
}
