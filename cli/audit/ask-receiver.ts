import * as z from 'zod/mini';
import { readBody } from '../../protocol/http/read-body.ts';
import { parseRetryAfter } from '../../protocol/http/retry-after.ts';
import { systemClock } from '../../settings/ambient/clock.ts';
import { delay } from '../../settings/ambient/delay.ts';
import { errorCodeOf } from '../../settings/ambient/describe-error.ts';
import { AuditSourceError } from './audit-source.ts';

/** @property stop ends what is under way. */
export type ReceiverAccess = {
  readonly url: URL;
  readonly token: string | null;
  readonly fetch: typeof fetch;
  readonly stop: AbortSignal;
};

/** @property body posted as JSON; without it the question is a GET. Asking twice must do no harm. */
type Question<T> = {
  readonly schema: z.ZodMiniType<T>;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: unknown;
};

const TIMEOUT_MS = 30_000;
/** A connection that breaks now and then must not waste what was read before. */
const PAUSES_MS = [250, 1_000] as const;
/** A receiver that is asked too much says when to come again: so often, and at most so long. */
const MOST_WAITS = 5;
const LONGEST_WAIT_MS = 90_000;
const MOST_ANSWER_BYTES = 16 * 1024 * 1024;

const refusal = z.object({ message: z.string().check(z.maxLength(500)) });

/**
 * Asks a receiver, on any platform, something of what its page's token opens.
 *
 * @throws AuditSourceError when it does not answer, refuses, or answers as no receiver does.
 */
export async function askReceiver<T>(access: ReceiverAccess, question: Question<T>): Promise<T> {
  let [failed, waited] = [0, 0];
  for (;;) {
    const answer = await attempt(access, question);
    if (answer.kind === 'answer') return read(question.schema, answer.status, answer.text);
    const isWait = answer.afterMs !== null && answer.afterMs <= LONGEST_WAIT_MS && waited < MOST_WAITS;
    const pauseMs = isWait ? answer.afterMs : PAUSES_MS[failed];
    if (isWait) waited += 1;
    else failed += 1;
    if (pauseMs === undefined || pauseMs === null)
      throw new AuditSourceError(`the receiver cannot be asked: ${answer.why}`);
    await delay(systemClock, pauseMs, access.stop);
  }
}

type Attempt =
  | { readonly kind: 'answer'; readonly status: number; readonly text: string }
  | { readonly kind: 'retry'; readonly why: string; readonly afterMs: number | null };

async function attempt<T>(access: ReceiverAccess, question: Question<T>): Promise<Attempt> {
  const { fetch, stop } = access;
  stop.throwIfAborted();
  try {
    const response = await fetch(urlOf(access, question), requestOf(access, question));
    const body = await readBody(response.body as ReadableStream<Uint8Array> | null, MOST_ANSWER_BYTES);
    if (body.kind === 'tooLarge') throw new AuditSourceError('the receiver answers with more than 16 MiB');
    const { status, headers } = response;
    if (status !== 429 && status < 500)
      return { kind: 'answer', status, text: new TextDecoder().decode(body.bytes) };
    const afterMs = status === 429 ? parseRetryAfter(headers.get('retry-after'), systemClock.nowMs()) : null;
    return { kind: 'retry', why: `HTTP ${status}`, afterMs };
  } catch (error) {
    if (stop.aborted || error instanceof AuditSourceError) throw error;
    return { kind: 'retry', why: whyUnreachable(error), afterMs: null };
  }
}

function urlOf<T>({ url }: ReceiverAccess, { path, query = {} }: Question<T>): URL {
  const asked = new URL(path, url);
  for (const [name, value] of Object.entries(query)) asked.searchParams.set(name, String(value));
  return asked;
}

function requestOf<T>({ token, stop }: ReceiverAccess, { body }: Question<T>): RequestInit {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(TIMEOUT_MS)]);
  const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
  if (body === undefined) return { headers: authorization, redirect: 'manual', signal };
  const headers = { ...authorization, 'content-type': 'application/json' };
  return { method: 'POST', headers, body: JSON.stringify(body), redirect: 'manual', signal };
}

function read<T>(schema: z.ZodMiniType<T>, status: number, text: string): T {
  const value = parsed(text);
  if (status !== 200) throw new AuditSourceError(whyRefused(status, value));
  const answer = schema.safeParse(value);
  if (answer.success) return answer.data;
  throw new AuditSourceError('the receiver does not answer as one of this version does: is the URL right?');
}

function whyRefused(status: number, value: unknown): string {
  if (status === 401 || status === 403) {
    return `the receiver does not let this in (HTTP ${status}): give the token of its page with --token-file`;
  }
  if (status === 404) {
    return 'the receiver shows no audit trail (HTTP 404): its page is off, or it is an earlier version';
  }
  if (status >= 300 && status < 400) {
    return `the receiver sends elsewhere (HTTP ${status}), which is not followed: give the URL of the receiver itself`;
  }
  const said = refusal.safeParse(value);
  return `the receiver refuses (HTTP ${status})${said.success ? `: ${said.data.message}` : ''}`;
}

function whyUnreachable(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError')
    return `no answer within ${TIMEOUT_MS / 1_000} s`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return errorCodeOf(cause) ?? 'the connection failed';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
