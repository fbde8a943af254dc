import { Readable } from 'node:stream';
import * as z from 'zod/mini';
import { readBody } from '../../protocol/http/read-body.ts';
import type { OutboundDispatcher } from '../../settings/outbound/outbound-dispatcher.ts';
import { AttemptDeadline } from '../../watcher/delivery/event-sender.ts';
import { describeFailure } from '../../watcher/delivery/send/describe-failure.ts';
import type { SignedRequest } from './signed-request.ts';

/** What is read of an answer; those of a receiver have a few hundred bytes. */
const MOST_ANSWER_BYTES = 16 * 1024;

/**
 * `code` is a short token, `path` where in the event; no more of a body is ever shown, for it can be anybody's. `failed`
 * says why in the watcher's words: `dns ENOTFOUND`.
 */
export type PostedEvent =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly code: string | null;
      readonly path: string | null;
    }
  | { readonly kind: 'failed'; readonly reason: string };

const token = z.string().check(z.regex(/^[a-zA-Z][a-zA-Z_]{0,63}$/));
const answerBody = z.object({
  status: z.optional(token),
  error: z.optional(token),
  path: z.optional(z.string().check(z.regex(/^[\w.[\]-]{1,200}$/))),
});

/** Sends it once, and reads the answer. */
export async function postEvent(
  url: URL,
  { headers, body }: SignedRequest,
  options: {
    readonly dispatcher: OutboundDispatcher;
    readonly timeoutMs: number;
    readonly stop: AbortSignal;
  },
): Promise<PostedEvent> {
  const deadline = AbortSignal.timeout(options.timeoutMs);
  const signal = AbortSignal.any([options.stop, deadline]);
  try {
    const { pathname, search, origin } = url;
    // Not fetch, which refuses ports that a watcher would deliver to.
    const request = { origin, path: pathname + search, method: 'POST', headers, body, signal } as const;
    const { statusCode, body: answer } = await options.dispatcher.request(request);
    const { code, path } = await readAnswer(Readable.toWeb(answer));
    return { kind: 'answered', status: statusCode, code, path };
  } catch (error) {
    if (options.stop.aborted) return { kind: 'failed', reason: 'stopped' };
    const cause = deadline.aborted ? new AttemptDeadline(options.timeoutMs) : error;
    return { kind: 'failed', reason: describeFailure(cause) };
  }
}

async function readAnswer(stream: ReadableStream<Uint8Array>) {
  const read = await readBody(stream, MOST_ANSWER_BYTES);
  const said = read.kind === 'body' ? answerBody.safeParse(parsed(read.bytes)) : undefined;
  const { status, error, path } = said?.data ?? {};
  return { code: error ?? status ?? null, path: path ?? null };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
