import type { LifecycleEvent } from '../../protocol/event/lifecycle-event.ts';
import { EVENT_MEDIA_TYPE } from '../../protocol/http/event-media-type.ts';
import { TRACEPARENT } from '../../protocol/http/traceparent.ts';
import { createHeaderSigner, type SignHeaders } from '../../protocol/signature/sign-headers.ts';
import { checkAnswer } from './check-answer.ts';
import type { Handler } from './handler.ts';
import { parseHttpUrl } from './http-url.ts';
import { requireNoObjection, type TargetGuard } from './target-guard.ts';

/**
 * A URL to call with the event, byte for byte as the watcher signed it, as a Standard Webhook.
 *
 * @property secret `whsec_…` or `whsk_…`: the secret this receiver knows. Left out, the call is not signed; there but
 *   undefined (a variable that is not set) it is refused.
 * @property headers further ones, for example `authorization`.
 */
export type UrlTarget = {
  readonly url: string;
  readonly secret?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
};

/** The headers that are the call's own. */
const OWN_HEADERS =
  /^(webhook-.*|content-type|content-length|traceparent|host|connection|transfer-encoding)$/i;

/**
 * Calls the URL once a run: 2xx is done, 410 is given up, anything else, a redirect too, is tried again, after its
 * `Retry-After` where it has one. `webhook-timestamp` is the time of the run, so that an old event is
 * not refused for its age. The `traceparent` that the event came with is sent on.
 *
 * @param at what errors begin with.
 * @throws TypeError for a faulty URL or header, or a URL that the guard objects to, SecretError for a faulty secret.
 */
export function createUrlHandler(
  at: string,
  target: UrlTarget,
  guard?: TargetGuard,
): Handler<LifecycleEvent> {
  const url = parseHttpUrl(`${at}: url`, target.url);
  requireNoObjection(`${at}: url`, url, guard);
  const extra = checkHeaders(at, target.headers);
  const sign: SignHeaders =
    'secret' in target ? createHeaderSigner(`${at}: secret`, target.secret ?? '') : async () => ({});
  return async function callUrl(event, ctx) {
    const headers = new Headers(extra);
    headers.set('content-type', EVENT_MEDIA_TYPE);
    const message = {
      id: event.id,
      timestampSeconds: Math.floor(ctx.startedAt.getTime() / 1_000),
      body: ctx.body,
    };
    if (ctx.traceparent !== null) headers.set(TRACEPARENT, ctx.traceparent);
    for (const [name, value] of Object.entries(await sign(message))) headers.set(name, value);
    const call = { method: 'POST', redirect: 'manual', headers, body: ctx.body } as const;
    const response = guard
      ? await guard.fetch(url, { ...call, signal: ctx.signal })
      : await ctx.fetch(url, { ...call, throwOnStatus: false });
    await response.body?.cancel();
    checkAnswer('the target', response, ctx.startedAt.getTime());
  };
}

function checkHeaders(at: string, headers: Readonly<Record<string, string>> = {}): Headers {
  const own = Object.keys(headers).find((name) => OWN_HEADERS.test(name));
  if (own !== undefined)
    throw new TypeError(`${at}: headers: "${own.slice(0, 80)}" is set by the call itself`);
  try {
    return new Headers(headers);
  } catch {
    // The platform's own message quotes the value.
    throw new TypeError(`${at}: headers: a name or a value is not one HTTP allows`);
  }
}
