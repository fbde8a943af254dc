import * as z from 'zod/mini';
import type { AuditFilter } from '../../functions/audit/audit-reader.ts';
import type { ChainEntry } from '../../functions/audit/verify/verify-verdict.ts';
import { fromWire } from '../../functions/audit-api/wire-record.ts';
import { readBody } from '../../protocol/http/read-body.ts';
import { systemClock } from '../../settings/ambient/clock.ts';
import { delay } from '../../settings/ambient/delay.ts';
import { errorCodeOf } from '../../settings/ambient/describe-error.ts';
import { type AuditSource, AuditSourceError } from './audit-source.ts';

/** @property stop ends what is under way. */
type HttpSourceOptions = {
  readonly url: URL;
  readonly token: string | null;
  readonly fetch: typeof fetch;
  readonly stop: AbortSignal;
};

const TIMEOUT_MS = 30_000;
/** A connection that breaks now and then must not waste what was read before. */
const PAUSES_MS = [250, 1_000, null] as const;
const MOST_ANSWER_BYTES = 16 * 1024 * 1024;
const LIMIT = 1_000;
const LIMIT_WITH_BODIES = 100;

const streamsAnswer = z.object({ streams: z.array(z.string()) });
const faultsAnswer = z.object({ faults: z.array(z.string()) });
const chainAnswer = z.object({ records: z.array(z.unknown()), next: z.nullable(z.number()) });
const recordsAnswer = z.object({ records: z.array(z.unknown()), next: z.nullable(z.string()) });
const refusal = z.object({ message: z.string().check(z.maxLength(500)) });

/** The audit trail of a receiver on any platform, by its HTTP API. */
export function openHttpSource(options: HttpSourceOptions): AuditSource {
  return {
    moves: true,
    async streams() {
      return (await ask(options, streamsAnswer, 'audit/streams', {})).streams;
    },
    async faults() {
      return (await ask(options, faultsAnswer, 'audit/faults', {})).faults;
    },
    async *entries(stream, { after, bodies }) {
      const limit = bodies ? LIMIT_WITH_BODIES : LIMIT;
      let next: number | null = after;
      while (next !== null) {
        const query: Query = { stream, after: next, limit, ...(bodies && { bodies: 1 }) };
        const page: z.infer<typeof chainAnswer> = await ask(options, chainAnswer, 'audit/chain', query);
        for (const record of page.records) yield readRecord(record);
        if (page.next !== null && page.next <= next)
          throw new AuditSourceError('the receiver repeats a page');
        next = page.next;
      }
    },
    async list(filter: AuditFilter, { limit, after }) {
      const query: Query = { ...filter, limit, ...(after !== undefined && { after }) };
      const { records, next } = await ask(options, recordsAnswer, 'audit/records', query);
      return { records: records.map((record) => readRecord(record).record), next };
    },
    close: () => {},
  };
}

type Query = Readonly<Record<string, string | number>>;

function readRecord(value: unknown): ChainEntry {
  const entry = fromWire(value);
  if (entry === null)
    throw new AuditSourceError('the receiver answers with something that is no audit record');
  return entry;
}

async function ask<T>(
  options: HttpSourceOptions,
  schema: z.ZodMiniType<T>,
  path: string,
  query: Query,
): Promise<T> {
  const url = new URL(path, options.url);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  for (const pauseMs of PAUSES_MS) {
    const answer = await attempt(options, url);
    if (answer.kind === 'answer') return read(schema, answer.status, answer.text);
    if (pauseMs === null) throw new AuditSourceError(`the receiver cannot be asked: ${answer.why}`);
    await delay(systemClock, pauseMs, options.stop);
  }
  throw new Error('unreachable: the last pause is none');
}

type Attempt =
  | { readonly kind: 'answer'; readonly status: number; readonly text: string }
  | { readonly kind: 'retry'; readonly why: string };

async function attempt({ fetch, token, stop }: HttpSourceOptions, url: URL): Promise<Attempt> {
  stop.throwIfAborted();
  try {
    const response = await fetch(url, {
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      redirect: 'manual',
      signal: AbortSignal.any([stop, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const body = await readBody(response.body as ReadableStream<Uint8Array> | null, MOST_ANSWER_BYTES);
    if (body.kind === 'tooLarge') throw new AuditSourceError('the receiver answers with more than 16 MiB');
    if (response.status === 429 || response.status >= 500)
      return { kind: 'retry', why: `HTTP ${response.status}` };
    return { kind: 'answer', status: response.status, text: new TextDecoder().decode(body.bytes) };
  } catch (error) {
    if (stop.aborted || error instanceof AuditSourceError) throw error;
    return { kind: 'retry', why: whyUnreachable(error) };
  }
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
