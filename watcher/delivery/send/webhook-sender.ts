import type { Readable } from 'node:stream';
import { buildConnector, type Dispatcher, Pool } from 'undici';
import { DELIVERY_CONTROL_HEADER } from '../../../protocol/http/delivery-control.ts';
import { EVENT_MEDIA_TYPE } from '../../../protocol/http/event-media-type.ts';
import type { Clock } from '../../../settings/ambient/clock.ts';
import { boundAnswers } from '../../../settings/outbound/bounded-answer.ts';
import type { ConnectionSettings } from '../../../settings/outbound/connection-settings.ts';
import { DestinationDenied } from '../../../settings/outbound/guard/denial.ts';
import { createGuardedConnector } from '../../../settings/outbound/guard/guarded-connector.ts';
import { ProxyDispatcher } from '../../../settings/outbound/proxy-dispatcher.ts';
import type { DeliveryEvent } from '../delivery-store.ts';
import type { EventSender } from '../event-sender.ts';
import { retry } from '../outcome.ts';
import type { WebhookTarget } from '../subscription-target.ts';
import { classifyAnswer } from './classify-answer.ts';
import { measureClockSkew } from './clock-skew.ts';
import { describeFailure } from './describe-failure.ts';
import { readErrorCode } from './read-error-code.ts';
import { createAttemptSigner } from './sign-attempt.ts';

/** What is read of an answer's body, for its error code; more says nothing to a sender. */
const MAX_ANSWER_BYTES = 1024;
/** All that may come as one answer, with informational ones (103), status line and headers: 16 KiB are usual. */
const MOST_BYTES_AN_ANSWER = 262_144;

export type WebhookSenderDependencies = {
  readonly clock: Clock;
  /** Of Offhook, for the header `user-agent`. */
  readonly version: string;
  /** What connections are made with, besides the system's certificates and resolver. */
  readonly connect?: ConnectionSettings['tls'];
};

/** Where requests of one subscription go out. */
type Exit = {
  readonly dispatcher: Dispatcher;
  close(): Promise<void>;
  /** Whether what is waited for is a proxy. */
  readonly waitsForProxy: () => boolean;
};

/**
 * Posts events to one URL, as Standard Webhooks and structured CloudEvents at the same time. Each attempt is signed
 * anew; the bytes are those stored. Connections are kept, at most `target.concurrency` of them.
 *
 * An answer counts when it is complete or has shown {@link MAX_ANSWER_BYTES}; one that breaks off or does not end in
 * time is a failure whatever its status, because a resend does no harm and a lost event does.
 *
 * @throws {RangeError} for a URL that must not be used; the message never quotes it.
 * @throws {SecretError} for secrets that cannot sign.
 */
export function createWebhookSender(
  target: WebhookTarget,
  dependencies: WebhookSenderDependencies,
): EventSender {
  const url = checkedUrl(target);
  const { clock, version } = dependencies;
  const sign = createAttemptSigner(target.secrets);
  const fixedHeaders = {
    'content-type': EVENT_MEDIA_TYPE,
    'user-agent': `offhook/${version}`,
    ...(target.bearerToken === undefined ? {} : { authorization: `Bearer ${target.bearerToken}` }),
  };
  const { dispatcher, close, waitsForProxy } = openExit(url, target, dependencies);

  async function post(event: DeliveryEvent, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    // By way of a proxy there is no connection that the guard could see.
    const denial = target.guard?.judge(url);
    if (denial) throw new DestinationDenied(denial);
    const timestampSeconds = Math.floor(clock.nowMs() / 1000);
    return dispatcher.request({
      origin: url.origin,
      method: 'POST',
      path: url.pathname + url.search,
      headers: {
        ...fixedHeaders,
        ...sign({ id: event.eventId, timestampSeconds, body: event.body }),
      },
      body: event.body,
      signal,
    });
  }

  return {
    async send(event, signal) {
      try {
        const { statusCode, headers, body } = await unlessAborted(post(event, signal), signal);
        const beginning = await readBeginning(body);
        const code = statusCode < 300 ? null : readErrorCode(beginning);
        const retryAfter = single(headers['retry-after']);
        const delivery = single(headers[DELIVERY_CONTROL_HEADER]);
        const answer = { status: statusCode, retryAfter, delivery, code };
        const nowMs = clock.nowMs();
        const outcome = classifyAnswer(answer, nowMs);
        const clockSkewMs = measureClockSkew(statusCode, single(headers.date), nowMs);
        return outcome.kind === 'retry' && clockSkewMs !== null ? { ...outcome, clockSkewMs } : outcome;
      } catch (error) {
        const reason = describeFailure(signal.aborted ? signal.reason : error);
        return retry(signal.aborted && waitsForProxy() ? `proxy ${reason}` : reason);
      }
    },
    close,
  };
}

/** The deadline is the signal's alone: it covers connecting, waiting and reading, and follows the injected clock. */
function openExit(url: URL, target: WebhookTarget, { connect }: WebhookSenderDependencies): Exit {
  const { concurrency: connections, timeoutMs, tls: targetTls, guard } = target;
  const proxy = target.proxyFor?.(url) ?? null;
  if (proxy !== null && guard?.trustsProxies !== false) {
    const limits = { connections, connectTimeoutMs: timeoutMs, answerLimitBytes: MOST_BYTES_AN_ANSWER };
    const dispatcher = new ProxyDispatcher(proxy, {
      ...limits,
      ...(connect && { tls: connect }),
      ...(targetTls && { targetTls }),
    });
    return { dispatcher, close: () => dispatcher.disconnect(), waitsForProxy: () => dispatcher.isWaitedFor };
  }
  const dispatcher = new Pool(url.origin, {
    connections,
    pipelining: 1,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: boundAnswers(
      guard === undefined
        ? buildConnector({ timeout: timeoutMs, allowH2: false, ...connect, ...targetTls })
        : createGuardedConnector(guard, {
            // Sooner than the attempt ends, which would say nothing of a proxy that was passed over.
            connectTimeoutMs: Math.floor(timeoutMs / 2),
            ...(connect?.ca && { tls: { ca: connect.ca } }),
            ...(targetTls && { targetTls }),
            passesOverProxy: () => proxy !== null,
          }),
      MOST_BYTES_AN_ANSWER,
    ),
  });
  return { dispatcher, close: () => dispatcher.destroy(), waitsForProxy: () => false };
}

/** undici keeps a request that it has no connection for yet, aborted or not, until it has one or gives up connecting. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

/** Reads to the end, so that the connection can be used again, or so much, and gives up the connection. */
function readBeginning(body: Readable): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    const done = () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    body.on('end', done).on('error', reject);
    body.on('data', (chunk: Uint8Array) => {
      bytes += chunk.length;
      if (bytes <= MAX_ANSWER_BYTES) return void chunks.push(chunk);
      done();
      body.destroy();
    });
  });
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
