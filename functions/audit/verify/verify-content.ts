import * as z from 'zod/mini';
import type { JsonValue } from '../../../protocol/json/any-json-value.ts';
import { END_OUTCOMES } from '../../timeline/event-facts.ts';
import { ASKING_WAYS } from '../../timeline/rerun-log.ts';
import { RUN_OUTCOMES } from '../../timeline/run-log.ts';
import { canonicalJson } from '../canonical-json.ts';
import { recordIdOf } from '../record-id.ts';
import type { RecordContent } from '../stored-record.ts';
import type { RecordName } from './verify-fault.ts';

/** Positions and counts are whole; so are the receiver's own times. What an event says of itself may be any number. */
const whole = z.number().check(z.int(), z.nonnegative());
const text = z.string();
const optionalText = z.nullable(text);
const optionalNumber = z.nullable(z.number());
const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** One schema a field: the compiler asks for every field that is written, and for none that is not. */
type FieldsOf<K extends RecordContent['kind']> = Record<
  keyof Extract<RecordContent, { readonly kind: K }>,
  z.ZodMiniType
>;

const event = z.strictObject({
  kind: z.literal('event'),
  stream: text,
  eventId: text,
  hook: text,
  type: text,
  cluster: text,
  namespace: optionalText,
  pod: optionalText,
  podUid: optionalText,
  owner: optionalText,
  node: optionalText,
  container: optionalText,
  containerId: optionalText,
  containerKind: optionalText,
  restartCount: optionalNumber,
  skippedRuns: optionalNumber,
  observation: optionalText,
  exitCode: optionalNumber,
  signal: optionalNumber,
  reason: optionalText,
  outcome: z.nullable(z.enum(END_OUTCOMES)),
  startedAtMs: optionalNumber,
  deadlineMs: optionalNumber,
  gracePeriodSeconds: optionalNumber,
  gapFromMs: optionalNumber,
  partitionKey: text,
  sequence: text,
  occurredAtMs: z.number(),
  receivedAtMs: whole,
  recordedAtMs: whole,
  attempt: whole,
  bodySha256: hash,
  signed: z.nullable(z.strictObject({ id: text, timestamp: text, signature: text, verified: z.boolean() })),
} satisfies FieldsOf<'event'>);

const run = z.strictObject({
  kind: z.literal('run'),
  stream: text,
  eventId: text,
  handler: text,
  attempt: whole,
  outcome: z.enum(RUN_OUTCOMES),
  error: optionalText,
  startedAtMs: whole,
  finishedAtMs: whole,
  result: z.exactOptional(z.custom<JsonValue>()),
  resultOmitted: z.exactOptional(text),
} satisfies FieldsOf<'run'>);

const rerun = z.strictObject({
  kind: z.literal('rerun'),
  stream: text,
  eventId: text,
  handler: text,
  afterAttempt: whole,
  how: z.enum(ASKING_WAYS),
  by: optionalText,
  claimedBy: optionalText,
  recordedAtMs: whole,
} satisfies FieldsOf<'rerun'>);

const retention = z.strictObject({
  kind: z.literal('retention'),
  stream: text,
  upToPosition: whole,
  upToHash: hash,
  removed: whole,
  olderThanMs: z.number(),
  recordedAtMs: whole,
  signature: optionalText,
} satisfies FieldsOf<'retention'>);

const content = z.discriminatedUnion('kind', [event, run, rerun, retention]);

/** What a record says, every field of it; a field that is missing, or one more, is none of this version's records. */
export type VerifiedContent = z.infer<typeof content>;
export type VerifiedEvent = z.infer<typeof event>;
export type VerifiedRetention = z.infer<typeof retention>;

type ReadContent =
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
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
    const path = [...(issue?.path ?? []), ...unknown].map(String).join('.').slice(0, 64) || 'kind';
    return {
      kind: 'unreadable',
      why: `its content is no event, run, rerun or retention: ${path} is not as expected`,
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
    case 'run':
    case 'rerun':
      return { kind: content.kind, id: recordIdOf(content) };
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
