import type { PostStartEvent } from '../../protocol/lifecycle-event.ts';
import type { Handler } from '../hooks/handler.ts';
import { httpUrl } from './http-url.ts';
import type { PostJson } from './post-json.ts';

/**
 * postStart: announces that a container runs, by a compact JSON object to `ANNOUNCE_URL`, or in the log where no
 * URL is set.
 *
 * @throws TypeError when the URL is not one.
 */
export function createAnnounceRun(
  postJson: PostJson,
  announceUrl: string | undefined,
): Handler<PostStartEvent> {
  const url = httpUrl('ANNOUNCE_URL', announceUrl);
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
