import * as z from 'zod/mini';
import { EVENT_ID_PATTERN } from '../../protocol/event/event-id.ts';
import { readBody } from '../../protocol/http/read-body.ts';
import { printable } from '../../protocol/json/printable.ts';

/** Handlers that one request may ask for: what an invocation of a Worker can do in calls of its own. */
export const MOST_RERUNS = 20;
/** Twice what the longest names need. */
const MOST_BYTES = 16_384;
const MOST_NAME = 200;

const schema = z.strictObject({
  handlers: z
    .array(
      z.strictObject({
        eventId: z.string().check(z.regex(EVENT_ID_PATTERN)),
        handler: z.string().check(z.regex(/^[A-Za-z0-9._-]{1,64}$/)),
      }),
    )
    .check(z.minLength(1), z.maxLength(MOST_RERUNS)),
  claimedBy: z.optional(z.string().check(z.minLength(1), z.maxLength(MOST_NAME))),
});

/** Which handlers are to run again, and who says that they ask for it. */
export type RerunRequest = {
  readonly handlers: readonly { readonly eventId: string; readonly handler: string }[];
  readonly claimedBy: string | null;
};

/** Reads what was posted; null where it is something else. */
export async function readRerunRequest(request: Request): Promise<RerunRequest | null> {
  const body = await readBody(request.body, MOST_BYTES);
  if (body.kind === 'tooLarge') return null;
  const read = schema.safeParse(parsed(new TextDecoder().decode(body.bytes)));
  if (!read.success) return null;
  const { handlers, claimedBy = null } = read.data;
  return { handlers, claimedBy: claimedBy === null ? null : printable(claimedBy) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
