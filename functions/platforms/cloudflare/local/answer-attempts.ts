import type { Request as MiniflareRequest, Response as MiniflareResponse } from 'miniflare';
import type { SenderAttempt } from '../../../timeline/sender-attempts.ts';

const PATH = /^\/attempts\/([A-Za-z0-9_-]{1,128})$/;

/**
 * The service behind the binding `WATCHER`: see `AttemptsBinding` for what it answers.
 *
 * @param Response Miniflare's own, the only one it takes.
 */
export function answerAttempts(
  attempts: (eventId: string) => readonly SenderAttempt[] | null,
  Response: typeof MiniflareResponse,
) {
  return async (request: Pick<MiniflareRequest, 'url'>) => {
    const [, eventId] = PATH.exec(new URL(request.url).pathname) ?? [];
    const told = eventId === undefined ? null : attempts(eventId);
    return told === null ? new Response(null, { status: 404 }) : Response.json(told);
  };
}
