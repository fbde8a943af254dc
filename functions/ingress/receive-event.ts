import type { Digest } from '../../protocol/bytes/sha256.ts';
import { contradicts, fingerprint } from '../../protocol/event/fingerprint.ts';
import type { LifecycleEvent } from '../../protocol/event/lifecycle-event.ts';
import { readEvent } from '../../protocol/event/read-event.ts';
import type { BodyRead } from '../../protocol/http/read-body.ts';
import { EVENTS_PATH } from '../../protocol/http/receiver-paths.ts';
import { readTraceparent, TRACEPARENT } from '../../protocol/http/traceparent.ts';
import { type HeaderSource, readSignedHeaders } from '../../protocol/signature/signed-headers.ts';
import { speaksFor, type Verified, type Verifier } from '../../protocol/signature/verify.ts';
import type { Clock } from '../../settings/ambient/clock.ts';
import { describeError } from '../../settings/ambient/describe-error.ts';
import { eventFields } from '../ambient/event-fields.ts';
import type { Log, LogFields } from '../ambient/log.ts';
import { type Answer, accepted, differentBytes, notStored, receiverFault, refused } from './answer.ts';
import type { Counters } from './counters.ts';
import type { Handoff, HandoffMessage } from './handoff.ts';
import { createIntake, type Intake } from './intake.ts';
import { checkMediaType } from './media-type.ts';
import { messageFields } from './message-fields.ts';
import type { EventKey, Receipts } from './receipts.ts';

type ReceiveDeps = {
  readonly verifier: Verifier;
  readonly handoff: Handoff;
  readonly receipts: Receipts;
  /** Where both are written at once. */
  readonly intake?: Intake;
  readonly counters: Counters;
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly clock: Clock;
  /** Largest body that is read, in bytes. */
  readonly maxBodyBytes: number;
  /** @default Web Crypto's */
  readonly digest?: Digest | undefined;
};

/** A delivery whose headers are there. @property readBody rejects when the sender goes away meanwhile. */
type IncomingDelivery = {
  readonly headers: HeaderSource;
  readBody(limitBytes: number): Promise<BodyRead>;
};

export type ReceiveEvent = (incoming: IncomingDelivery) => Promise<Answer>;

/**
 * What happens to one `POST /events`: whatever can be refused by its headers alone, then the body within its limit, then
 * the signature over the raw bytes, and only then the JSON. A 2xx means the event is durable. Never rejects.
 */
export function createReceiveEvent(deps: ReceiveDeps): ReceiveEvent {
  return async function receiveEvent(incoming) {
    const answer = await decide(deps, incoming).catch((error: unknown) => {
      deps.log.error({ path: EVENTS_PATH, cause: describeError(error) }, 'a request failed');
      return receiverFault();
    });
    if (answer.status >= 400 && answer.status < 500) {
      deps.counters.count('refused', answer.body.error);
      deps.log.warn({ status: answer.status, error: answer.body.error ?? '' }, 'refused');
    }
    return answer;
  };
}

async function decide(deps: ReceiveDeps, incoming: IncomingDelivery): Promise<Answer> {
  const { headers } = incoming;
  const wrongHeaders = checkHeaders(deps, headers);
  if (wrongHeaders !== undefined) return wrongHeaders;
  const read = await readWhole(incoming, deps.maxBodyBytes);
  if (read === 'cutOff') return refused(400, 'body_cut_off', 'the body ended before it was complete');
  if (read.kind === 'tooLarge') return tooLarge(deps);
  const receivedAtMs = deps.clock.nowMs();
  const verdict = await deps.verifier.verify(headers, read.bytes, receivedAtMs);
  if (verdict.kind === 'refused') return refused(verdict.status, verdict.code, verdict.message);
  const signed = { ...readSignedHeaders(headers), verified: true };
  const traceparent = readTraceparent(headers.get(TRACEPARENT));
  const message = { body: read.bytes, receivedAtMs, signed, ...(traceparent !== null && { traceparent }) };
  return take(deps, verdict, message);
}

/** Nobody's bytes are waited for, or held, who could be refused at once. */
function checkHeaders(deps: ReceiveDeps, headers: HeaderSource): Answer | undefined {
  const wrongType = checkMediaType(headers);
  if (wrongType !== undefined) return wrongType;
  const wrong = deps.verifier.precheck(headers, deps.clock.nowMs());
  if (wrong !== null) return refused(wrong.status, wrong.code, wrong.message);
  return Number(headers.get('content-length')) > deps.maxBodyBytes ? tooLarge(deps) : undefined;
}

function tooLarge({ maxBodyBytes }: ReceiveDeps): Answer {
  return refused(413, 'body_too_large', `the body may have at most ${maxBodyBytes} bytes`);
}

/** A sender that goes away, or is cut off, is no fault of ours. */
async function readWhole(incoming: IncomingDelivery, maxBodyBytes: number): Promise<BodyRead | 'cutOff'> {
  try {
    return await incoming.readBody(maxBodyBytes);
  } catch {
    return 'cutOff';
  }
}

/** The signature is good: whom does its key speak for, and what does it say? */
async function take(deps: ReceiveDeps, sender: Verified, message: HandoffMessage): Promise<Answer> {
  const { id } = sender;
  const maySpeakFor = (source: string) => speaksFor(sender, source);
  const read = await readEvent(message.body, { webhookId: id, maySpeakFor, digest: deps.digest });
  switch (read.kind) {
    case 'malformed':
      return refused(400, read.code, read.message);
    case 'unreadable':
      return refused(422, 'unreadable_event', read.message, read.path);
    case 'foreign':
      deps.log.warn(
        { ...messageFields(message), key: sender.keyIndex + 1 },
        'a key may not speak for the source of its event',
      );
      return refused(403, 'key_not_for_source', 'the key of this signature may not speak for this source');
    case 'mismatched':
      return refused(422, read.code, read.message, read.path);
    case 'unknownType':
      deps.counters.count('ignoredUnknownType');
      deps.log.info({ eventId: id, type: read.type }, 'ignored an event of unknown type');
      return accepted(202, 'ignored', id);
    case 'event':
      return store(deps, read.event, message);
  }
}

async function store(deps: ReceiveDeps, event: LifecycleEvent, message: HandoffMessage): Promise<Answer> {
  const { id: eventId, source, partitionkey: partitionKey } = event;
  const key: EventKey = { source, eventId, partitionKey };
  const about = eventFields(event);
  try {
    const told = await fingerprint(event, deps.digest);
    const intake = deps.intake ?? createIntake(deps.receipts, deps.handoff);
    if ((await intake.take({ key, told, event }, message)) === 'repeated')
      return await repeated(deps, { key, told, about });
    deps.counters.count('stored', event.data.hook);
    deps.log.info(about, 'stored');
    return accepted(202, 'stored', eventId);
  } catch (error) {
    deps.counters.count('notStored');
    deps.log.error({ ...about, cause: describeError(error) }, 'could not store an event');
    return notStored();
  }
}

/** Stored before: the same again, or another event under its name? */
async function repeated(
  { receipts, counters, log }: ReceiveDeps,
  { key, told, about }: { readonly key: EventKey; readonly told: string; readonly about: LogFields },
): Promise<Answer> {
  const { eventId } = key;
  const before = await receipts.told(key);
  if (before === null || !contradicts(before, told)) {
    counters.count('duplicate');
    return accepted(200, 'duplicate', eventId);
  }
  counters.count('differentBytes');
  log.error(about, 'an event came again with other content: two senders under one name?');
  return differentBytes();
}
