import { systemClock } from '../../settings/ambient/clock.ts';
import { errorCodeOf } from '../../settings/ambient/describe-error.ts';

/**
 * - `page`: there is one, and this is its token.
 * - `unasked`: something answers that this machine does not trust, as a certificate for another name; the link may work.
 * - `refused`: there is nothing to make a link to.
 *
 * @property nowMs the receiver's own clock, by which a link expires.
 */
type PageAnswer =
  | { readonly kind: 'page'; readonly nowMs: number }
  | { readonly kind: 'unasked'; readonly why: string; readonly nowMs: number }
  | { readonly kind: 'refused'; readonly why: string };

const TIMEOUT_MS = 10_000;
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/;

/** Asks a receiver whether it has a page, and whether this is its token. */
export async function askForPage(url: URL, token: string, stop: AbortSignal): Promise<PageAnswer> {
  try {
    const response = await fetch(new URL('running.json?limit=1', url), {
      headers: { authorization: `Bearer ${token}` },
      redirect: 'manual',
      signal: AbortSignal.any([stop, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    if (response.status !== 200) return { kind: 'refused', why: whyRefused(response.status) };
    const toldMs = Date.parse(response.headers.get('date') ?? '');
    return { kind: 'page', nowMs: Number.isNaN(toldMs) ? systemClock.nowMs() : toldMs };
  } catch (error) {
    if (stop.aborted) return { kind: 'refused', why: 'stopped' };
    const why = whyUnreachable(error);
    return UNTRUSTED.test(why)
      ? { kind: 'unasked', why, nowMs: systemClock.nowMs() }
      : { kind: 'refused', why: `no receiver answers there: ${why}` };
  }
}

function whyRefused(status: number): string {
  if (status === 401) return 'the receiver has another token for its page (HTTP 401)';
  if (status === 404)
    return 'the receiver shows no page (HTTP 404): PAGE_TOKEN or page.tokenFile switches it on';
  if (status >= 300 && status < 400) {
    return `the receiver sends elsewhere (HTTP ${status}), which is not followed: give the URL of the receiver itself`;
  }
  return `the receiver refuses (HTTP ${status})`;
}

function whyUnreachable(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError')
    return `no answer within ${TIMEOUT_MS / 1_000} s`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return errorCodeOf(cause) ?? 'the connection failed';
}
