import { DELIVERY_CONTROL_HEADER } from '../../../protocol/http/delivery-control.ts';
import { EVENT_MEDIA_TYPE } from '../../../protocol/http/event-media-type.ts';
import { DestinationDenied } from '../../../settings/outbound/guard/denial.ts';
import type { DeliveryEvent } from '../delivery-store.ts';
import type { EventSender } from '../event-sender.ts';
import { type Outcome, retry } from '../outcome.ts';
import type { WebhookTarget } from '../subscription-target.ts';
import { classifyAnswer } from './classify-answer.ts';
import { measureClockSkew } from './clock-skew.ts';
import { describeFailure } from './describe-failure.ts';
import { type Answered, postToReceiver } from './post-to-receiver.ts';
import { readErrorCode } from './read-error-code.ts';
import { createAttemptSigner } from './sign-attempt.ts';
import { TokenError } from './token-error.ts';
import type { TokenSource } from './token-source.ts';
import { createTurnEnd } from './turn-end.ts';
import { type ExitDependencies, openWebhookExit, type WebhookExit } from './webhook-exit.ts';
import { createWebhookTokens } from './webhook-tokens.ts';

export type WebhookSenderDependencies = ExitDependencies & {
  /** Of Offhook, for the header `user-agent`. */
  readonly version: string;
};

/**
 * Posts events to one URL, as Standard Webhooks and structured CloudEvents at the same time. Each attempt is signed
 * anew; the bytes are those stored. Connections are kept, at most `target.concurrency` of them.
 *
 * An answer that breaks off or does not end in time is a failure whatever its status, because a resend does no harm and
 * a lost event does.
 *
 * @throws {RangeError} for a URL that must not be used; the message never quotes it.
 * @throws {SecretError} for secrets that cannot sign.
 */
export function createWebhookSender(
  target: WebhookTarget,
  dependencies: WebhookSenderDependencies,
): EventSender {
  const url = checkedUrl(target);
  // Both are put together anew whenever they are asked for.
  const { origin } = url;
  const path = url.pathname + url.search;
  const { clock, version } = dependencies;
  const sign = createAttemptSigner(target.secrets);
  const userAgent = `offhook/${version}`;
  const fixedHeaders = {
    ...Object.fromEntries((target.headers ?? []).map(({ name, value }) => [name.toLowerCase(), value])),
    'content-type': EVENT_MEDIA_TYPE,
    'user-agent': userAgent,
    ...(target.bearerToken === undefined ? {} : { authorization: `Bearer ${target.bearerToken}` }),
  };
  const atTurnEnd = createTurnEnd();
  const tokens = createWebhookTokens(target, userAgent, dependencies);
  // Most of a thousand subscriptions have nothing to send.
  let exit: WebhookExit | null = null;

  function opened(): WebhookExit {
    exit ??= openWebhookExit(url, target, dependencies);
    return exit;
  }

  async function ask(event: DeliveryEvent, signal: AbortSignal, token: string | null): Promise<Answered> {
    // By way of a proxy there is no connection that the guard could see.
    const denial = target.service === undefined && target.guard?.judge(url);
    if (denial) throw new DestinationDenied(denial);
    const timestampSeconds = Math.floor(clock.nowMs() / 1000);
    const request = {
      origin,
      method: 'POST' as const,
      path,
      headers: {
        ...fixedHeaders,
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...sign({ id: event.eventId, timestampSeconds, body: event.body }),
      },
      body: event.body,
    };
    return postToReceiver(opened().dispatcher, request, signal, atTurnEnd);
  }

  /** A token that a receiver refuses may have been withdrawn before its time. */
  async function askWithToken(
    event: DeliveryEvent,
    signal: AbortSignal,
    from: TokenSource,
  ): Promise<Answered> {
    const token = await from.get(signal);
    const answered = await ask(event, signal, token);
    if (answered.status !== 401) return answered;
    const other = await from.replace(token, signal);
    return other === null ? answered : ask(event, signal, other);
  }

  return {
    async send(event, signal) {
      try {
        const answered = await (tokens === null
          ? ask(event, signal, null)
          : askWithToken(event, signal, tokens));
        return outcomeOf(answered, clock.nowMs());
      } catch (error) {
        const reason = describeFailure(signal.aborted ? signal.reason : error);
        const isProxys = signal.aborted && exit?.waitsForProxy() === true;
        const failure = retry(isProxys ? `proxy ${reason}` : reason);
        const afterMs = error instanceof TokenError ? error.afterMs : undefined;
        return afterMs === undefined ? failure : { ...failure, afterMs };
      }
    },
    async close() {
      await Promise.all([tokens?.close(), exit?.close()]);
    },
  };
}

function outcomeOf({ status, headers, beginning }: Answered, nowMs: number): Outcome {
  const code = status < 300 ? null : readErrorCode(beginning);
  const retryAfter = single(headers['retry-after']);
  const delivery = single(headers[DELIVERY_CONTROL_HEADER]);
  const outcome = classifyAnswer({ status, retryAfter, delivery, code }, nowMs);
  const clockSkewMs = measureClockSkew(status, single(headers.date), nowMs);
  return outcome.kind === 'retry' && clockSkewMs !== null ? { ...outcome, clockSkewMs } : outcome;
}

/** A header that is there twice is not trusted to mean either. */
function single(value: string | string[] | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function checkedUrl({ name, url, allowHttp }: WebhookTarget): URL {
  const refuse = (why: string) => new RangeError(`subscription ${name}: ${why}`);
  if (!URL.canParse(url)) throw refuse('the URL cannot be parsed');
  const parsed = new URL(url);
  if (parsed.username !== '' || parsed.password !== '')
    throw refuse('the URL must not carry a user or password');
  if (parsed.protocol === 'http:' && !allowHttp) throw refuse('https required; plain http needs allowHttp');
  if (!['http:', 'https:'].includes(parsed.protocol)) throw refuse('the URL must begin with https://');
  return parsed;
}
