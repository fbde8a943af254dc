import * as z from 'zod/mini';
import { RUN_OUTCOMES } from '../consumer/run-log.ts';
import { canonicalJson } from './canonical-json.ts';
import type { RecordName } from './verify-fault.ts';

/** Positions, counts and times are whole; loose, because a newer version may say more. */
const whole = z.number().check(z.int(), z.nonnegative());
const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/));

const event = z.looseObject({
  kind: z.literal('event'),
  stream: z.string(),
  eventId: z.string(),
  receivedAtMs: whole,
  recordedAtMs: whole,
  attempt: whole,
  bodySha256: hash,
  signed: z.nullable(z.looseObject({ id: z.string(), timestamp: z.string(), signature: z.string() })),
});

const run = z.looseObject({
  kind: z.literal('run'),
  stream: z.string(),
  eventId: z.string(),
  handler: z.string(),
  attempt: whole,
  outcome: z.enum(RUN_OUTCOMES),
});

const retention = z.looseObject({
  kind: z.literal('retention'),
  stream: z.string(),
  upToPosition: whole,
  upToHash: hash,
});

const content = z.discriminatedUnion('kind', [event, run, retention]);

/** The part of a record's content that verification looks at. */
export type VerifiedContent = z.infer<typeof content>;
export type VerifiedEvent = z.infer<typeof event>;
export type VerifiedRetention = z.infer<typeof retention>;

export type ReadContent =
  | { readonly kind: 'content'; readonly content: VerifiedContent }
  | { readonly kind: 'unreadable'; readonly why: string };

/** Reads the content of a record, strictly as it must have been written. */
export function readContent(text: string): ReadContent {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'unreadable', why: 'its content is not JSON' };
  }
  const read = content.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    const path = issue?.path.map(String).join('.') || 'kind';
    return {
      kind: 'unreadable',
      why: `its content is no event, run or retention: ${path} is not as expected`,
    };
  }
  if (!isCanonical(value, text)) return { kind: 'unreadable', why: 'its content is not canonical JSON' };
  return { kind: 'content', content: read.data };
}

function isCanonical(value: unknown, text: string): boolean {
  try {
    return canonicalJson(value) === text;
  } catch (error) {
    // Nested deeper than the stack: nothing that was ever written.
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** What a record is a record of, as a person looks for it. */
export function nameOf(content: VerifiedContent): RecordName {
  switch (content.kind) {
    case 'event':
      return { kind: 'event', id: content.eventId };
    case 'run':
      return { kind: 'run', id: `${content.eventId}/${content.handler}/${content.attempt}` };
    case 'retention':
      return { kind: 'retention', id: `retention/${content.upToPosition}` };
  }
}

/** What a record says that cannot be so; null for none. */
export function contradiction(content: VerifiedContent, stream: string, position: number): string | null {
  if (content.stream !== stream) return 'it says that it belongs to another stream';
  if (content.kind === 'retention' && content.upToPosition >= position) {
    return `it says that position ${content.upToPosition} was removed, which comes after it`;
  }
  return null;
}
