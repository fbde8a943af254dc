import { formatJsonPath, type JsonPath } from '../json/json-path.ts';
import { createQuickCheck } from '../json/quick-check.ts';
import { describeIssue } from '../json/schema-issue.ts';
import { parseStrictJson, StrictJsonError, type StrictJsonFault } from '../json/strict-json.ts';
import { lifecycleEventSchema } from './event-schema.ts';
import { EVENT_TYPE } from './event-type.ts';
import { findUnkeepable } from './find-unkeepable.ts';
import type { LifecycleEvent } from './lifecycle-event.ts';

/**
 * - `event`: one of ours.
 * - `unknownType`: a CloudEvent of a type this version does not know; answer 202 and ignore it.
 * - `malformed`: not strict JSON in UTF-8; answer 400.
 * - `unreadable`: JSON, but no CloudEvent 1.0, or a known type whose content breaks the schema; answer 422.
 *   `path` is where, as `data.pod.uid`.
 *
 * No message quotes a value of the body.
 */
export type ParsedEvent =
  | { readonly kind: 'event'; readonly event: LifecycleEvent }
  | { readonly kind: 'unknownType'; readonly id: string; readonly type: string }
  | { readonly kind: 'malformed'; readonly code: MalformedCode; readonly message: string }
  | Unreadable;

export type MalformedCode = 'empty_body' | 'invalid_utf8' | StrictJsonFault;

/** A CloudEvent 1.0 of any type; `value` is all of it. */
export type Envelope = {
  readonly kind: 'envelope';
  readonly value: object;
  readonly id: string;
  readonly source: string;
  readonly type: string;
};

type Unreadable = { readonly kind: 'unreadable'; readonly path: string; readonly message: string };

// A byte order mark is kept, for the JSON parser to refuse: RFC 8259 forbids senders to write one.
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Made when the first event comes: a watcher reads none. */
let isPlainlyRight: ((value: unknown) => boolean) | undefined;

const MAX_TYPE_LENGTH = 256;
const KNOWN_TYPES: ReadonlySet<unknown> = new Set(Object.values(EVENT_TYPE));

/**
 * Reads the body of a delivery whose signature has been verified. Attributes and fields that are not known are
 * accepted and kept. Give the `webhook-id` of the request, so that a body with another id is `unreadable`:
 * it is the header that receivers deduplicate by.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 */
export function parseEvent(body: Uint8Array, webhookId?: string): ParsedEvent {
  const envelope = parseEnvelope(body, webhookId);
  return envelope.kind === 'envelope' ? parseEventContent(envelope) : envelope;
}

/** The first half of {@link parseEvent}: what every CloudEvent has, whatever it tells. */
export function parseEnvelope(body: Uint8Array, webhookId?: string): Envelope | Malformed | Unreadable {
  const json = parseJson(body);
  return json.kind === 'malformed' ? json : readEnvelope(json.value, webhookId);
}

/** The second half: the content of a known type. */
export function parseEventContent({ value, id, type }: Envelope): ParsedEvent {
  if (!KNOWN_TYPES.has(type)) return { kind: 'unknownType', id, type };
  isPlainlyRight ??= createQuickCheck(lifecycleEventSchema);
  if (isPlainlyRight(value)) return { kind: 'event', event: value as LifecycleEvent };
  const parsed = lifecycleEventSchema.safeParse(value);
  if (parsed.success) return { kind: 'event', event: parsed.data };
  const issue = parsed.error.issues[0];
  if (issue === undefined) return unreadable([], 'does not follow the event schema');
  return unreadable(issue.path as JsonPath, describeIssue(issue, value));
}

type Malformed = Extract<ParsedEvent, { kind: 'malformed' }>;

function parseJson(body: Uint8Array): { kind: 'json'; value: unknown } | Malformed {
  if (body.length === 0) return malformed('empty_body', 'the body is empty, expected a JSON event');
  const text = decodeUtf8(body);
  if (text === null) return malformed('invalid_utf8', 'the body is not valid UTF-8');
  try {
    return { kind: 'json', value: parseStrictJson(text) };
  } catch (error) {
    if (error instanceof StrictJsonError) return malformed(error.code, error.message);
    throw error;
  }
}

/** The attributes that every CloudEvent 1.0 has; the rest is checked once the type is known. */
function readEnvelope(value: unknown, webhookId: string | undefined): Envelope | Unreadable {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return unreadable([], 'expected a CloudEvent, which is a JSON object');
  }
  const { specversion, id, source, type } = value as Record<string, unknown>;
  if (specversion !== '1.0') return unreadable(['specversion'], 'expected "1.0"');
  if (!isText(id)) return unreadable(['id'], 'expected a string that is not empty');
  if (webhookId !== undefined && id !== webhookId)
    return unreadable(['id'], 'differs from the header webhook-id');
  if (!isText(source)) return unreadable(['source'], 'expected a string that is not empty');
  if (!isText(type)) return unreadable(['type'], 'expected a string that is not empty');
  if (type.length > MAX_TYPE_LENGTH)
    return unreadable(['type'], `expected at most ${MAX_TYPE_LENGTH} characters`);
  const unkeepable = findUnkeepable(value);
  if (unkeepable !== null) return unreadable(unkeepable.path, unkeepable.fault);
  return { kind: 'envelope', value, id, source, type };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return null;
  }
}

function malformed(code: MalformedCode, message: string): Malformed {
  return { kind: 'malformed', code, message };
}

function unreadable(path: JsonPath, fault: string): Unreadable {
  const where = formatJsonPath(path);
  return { kind: 'unreadable', path: where, message: `${where}: ${fault}` };
}
