import type { FailureFilter, HandlerFailure } from '../../functions/timeline/handler-failures.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { UsageError } from '../command/usage-error.ts';
import { printPage } from '../terminal/print-page.ts';
import { rfc3339 } from '../terminal/rfc3339.ts';
import { collectFailures } from './collect-failures.ts';
import type { WhichReceiver } from './which-receiver.ts';
import { withFailureSource } from './with-failure-source.ts';

/** Prints a page of handlers that gave up; returns the exit code. */
export function printFailures(
  {
    which,
    filter,
    page,
    json,
  }: {
    readonly which: WhichReceiver;
    readonly filter: FailureFilter;
    readonly page: { readonly limit: number; readonly after: string | undefined };
    readonly json: boolean;
  },
  io: CommandIo,
): Promise<number> {
  return withFailureSource(which, io, async (source) => {
    const { failures: items, next } = await collectFailures(source, filter, page).catch(badCursor);
    printPage(
      { items, next },
      {
        json,
        toJson: failureJson,
        heading: ['GAVE UP', 'HANDLER', 'SINCE THEN', 'HOOK', 'SUBJECT', 'EVENT', 'ERROR'],
        toRow,
        noneText: filter.open
          ? 'No handler has given up that has not succeeded since.'
          : 'No handler has given up.',
        cursorOption: '--after',
      },
      io,
    );
    return EXIT.ok;
  });
}

function badCursor(error: unknown): never {
  if (error instanceof RangeError) throw new UsageError('--after must be what an earlier page ended with');
  throw error;
}

/** With times as RFC 3339. */
function failureJson({ gaveUpAtMs, rerun, event, ...failure }: HandlerFailure) {
  return {
    ...failure,
    gaveUpAt: rfc3339(gaveUpAtMs),
    rerun: rerun && withTime(rerun),
    event: event && withOccurrence(event),
  };
}

function withTime({ atMs, ...asker }: NonNullable<HandlerFailure['rerun']>) {
  return { ...asker, at: rfc3339(atMs) };
}

function withOccurrence({ occurredAtMs, ...event }: NonNullable<HandlerFailure['event']>) {
  return { ...event, occurredAt: rfc3339(occurredAtMs) };
}

function toRow(failure: HandlerFailure): readonly string[] {
  const { gaveUpAtMs, handler, event, eventId, error, attempt } = failure;
  const what = `attempt ${attempt}: ${error ?? 'no error is recorded'}`;
  return [
    rfc3339(gaveUpAtMs) ?? '',
    handler,
    sinceThen(failure),
    event?.hook ?? '',
    subjectOf(event),
    eventId,
    what,
  ];
}

function subjectOf(event: HandlerFailure['event']): string {
  if (event === null) return 'not recorded';
  const names = [event.namespace, event.pod, event.container].filter((name) => name !== null);
  return names.length === 0 ? event.cluster : names.join('/');
}

function sinceThen({ standing, rerun, misfiled }: HandlerFailure): string {
  if (misfiled !== undefined) return `CHANGED (${misfiled}), run "offhook audit verify"`;
  switch (standing) {
    case 'gaveUp':
      return 'nothing';
    case 'asked':
      return `asked for by ${rerun?.by ?? rerun?.claimedBy ?? rerun?.how ?? 'somebody'}`;
    case 'retrying':
      return 'tried again';
    case 'succeeded':
      return 'succeeded';
  }
}
