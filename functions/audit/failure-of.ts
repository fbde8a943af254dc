import type { FailureFilter, FailureStanding, HandlerFailure } from '../timeline/handler-failures.ts';
import type { RecordContent, StoredRecord } from './stored-record.ts';
import { readableContent } from './timeline-entry.ts';

type Read<Kind extends RecordContent['kind']> = {
  readonly position: number;
  readonly content: Extract<RecordContent, { readonly kind: Kind }>;
};

/**
 * What became of a handler that gave up on an event; null where these records do not say that it did.
 *
 * @param records of the event, in any order; those of other handlers may be among them.
 */
export function failureOf(handler: string, records: readonly StoredRecord[]): HandlerFailure | null {
  const read = records.flatMap((record) => {
    const content = readableContent(record);
    return content === null ? [] : [{ position: record.position, content }];
  });
  const ofKind = <Kind extends RecordContent['kind']>(kind: Kind) =>
    read.filter((one): one is Read<Kind> => one.content.kind === kind);
  const own = (one: Read<'run'> | Read<'rerun'>) => one.content.handler === handler;
  const runs = ofKind('run').filter(own).toSorted(byPosition);
  const last = runs.findLast(({ content }) => content.outcome === 'givenUp');
  if (last === undefined) return null;
  const since = runs.filter(({ position }) => position > last.position);
  const asked = ofKind('rerun')
    .filter(own)
    .filter(({ position }) => position > last.position)
    .toSorted(byPosition)
    .at(-1)?.content;
  const { stream, eventId, attempt, error, finishedAtMs } = last.content;
  const event = ofKind('event')[0]?.content;
  const misfiled = records.find((record) => record.misfiled !== undefined)?.misfiled;
  return {
    stream,
    eventId,
    handler,
    standing: standingOf(since, asked !== undefined),
    attempt,
    error,
    gaveUpAtMs: finishedAtMs,
    lastAttempt: Math.max(...runs.map(({ content }) => content.attempt)),
    rerun: asked === undefined ? null : rerunOf(asked),
    event: event === undefined ? null : eventOfFailure(event),
    ...(misfiled !== undefined && { misfiled }),
  };
}

/** Whether a failure is one that is asked for, whenever it was: what is searched by time is known to match. */
export function matchesFailureFilter(filter: FailureFilter, failure: HandlerFailure): boolean {
  const { open = false, handler, cluster, namespace, pod, eventId } = filter;
  const { event } = failure;
  return (
    !(open && failure.standing === 'succeeded') &&
    (handler === undefined || handler === failure.handler) &&
    (eventId === undefined || eventId === failure.eventId) &&
    (cluster === undefined || cluster === event?.cluster) &&
    (namespace === undefined || namespace === event?.namespace) &&
    (pod === undefined || pod === event?.pod)
  );
}

/** A late success, of a run whose time was up, stands behind the end of its successor in the chain and counts. */
function standingOf(since: readonly Read<'run'>[], isAsked: boolean): FailureStanding {
  if (since.some(({ content }) => content.outcome === 'completed')) return 'succeeded';
  if (since.length > 0) return 'retrying';
  return isAsked ? 'asked' : 'gaveUp';
}

function rerunOf({ how, by, claimedBy, recordedAtMs }: Read<'rerun'>['content']) {
  return { how, by, claimedBy, atMs: recordedAtMs };
}

function eventOfFailure(facts: Read<'event'>['content']) {
  const { hook, cluster, namespace, pod, container, exitCode, reason, occurredAtMs } = facts;
  return { hook, cluster, namespace, pod, container, exitCode, reason, occurredAtMs };
}

function byPosition(a: { readonly position: number }, b: { readonly position: number }): number {
  return a.position - b.position;
}
