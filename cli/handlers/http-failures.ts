import * as z from 'zod/mini';
import type { HandlerFailure } from '../../functions/timeline/handler-failures.ts';
import { ASKING_WAYS } from '../../functions/timeline/rerun-log.ts';
import { askReceiver, type ReceiverAccess } from '../audit/ask-receiver.ts';
import type { Asked, FailureSource } from './failure-source.ts';

const text = z.string();
const optionalText = z.nullable(text);

const failure = z.object({
  stream: text,
  eventId: text,
  handler: text,
  standing: z.enum(['gaveUp', 'asked', 'retrying', 'succeeded']),
  attempt: z.number(),
  error: optionalText,
  gaveUpAtMs: z.number(),
  lastAttempt: z.number(),
  rerun: z.nullable(
    z.object({ how: z.enum(ASKING_WAYS), by: optionalText, claimedBy: optionalText, atMs: z.number() }),
  ),
  event: z.nullable(
    z.object({
      hook: text,
      cluster: text,
      namespace: optionalText,
      pod: optionalText,
      container: optionalText,
      exitCode: z.nullable(z.number()),
      reason: optionalText,
      occurredAtMs: z.number(),
    }),
  ),
  misfiled: z.exactOptional(text),
}) satisfies z.ZodMiniType<HandlerFailure>;

const page = z.object({ failures: z.array(failure), next: z.nullable(text) });

const results = z.object({
  results: z.array(
    z.union([
      z.object({ status: z.literal('queued') }),
      z.object({ status: z.literal('refused'), message: text }),
    ]),
  ),
});

/** The handlers of a receiver on any platform, by its HTTP API. @param claimedBy who is said to ask. */
export function openHttpFailures(access: ReceiverAccess, claimedBy: string): FailureSource {
  return {
    list: ({ open, ...filter }, { limit, after }) => {
      const query = { ...filter, ...(open && { open: 1 }), limit, ...(after !== undefined && { after }) };
      return askReceiver(access, { schema: page, path: 'handlers/failures', query });
    },
    rerun: async (handlers) => {
      const body = { handlers, claimedBy };
      const answer = await askReceiver(access, { schema: results, path: 'handlers/rerun', body });
      return handlers.map((_, index) => askedOf(answer.results[index]));
    },
    close: () => {},
  };
}

function askedOf(result: z.infer<typeof results>['results'][number] | undefined): Asked {
  if (result === undefined) return { kind: 'refused', why: 'the receiver has not answered for it' };
  return result.status === 'queued' ? { kind: 'queued' } : { kind: 'refused', why: result.message };
}
