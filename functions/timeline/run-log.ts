import type { JsonValue } from '../../protocol/json/any-json-value.ts';

/** How one run of a handler ended; `givenUp` is a failure after which there is no further attempt. */
export const RUN_OUTCOMES = ['completed', 'failed', 'givenUp'] as const;
export type RunOutcome = (typeof RUN_OUTCOMES)[number];

/**
 * What a run keeps of what its handler returned.
 *
 * @property result absent where it returned nothing. At most 4,096 bytes as UTF-8 JSON.
 * @property resultOmitted why there is no `result` although it returned something.
 */
export type KeptResult = { readonly result?: JsonValue; readonly resultOmitted?: string };

/**
 * One run of one handler for one event.
 *
 * @property stream the event's CloudEvents `source`: the audit chain the run belongs to.
 * @property error what went wrong, one line; null when completed.
 */
export type HandlerRun = KeptResult & {
  readonly stream: string;
  readonly eventId: string;
  readonly handler: string;
  readonly attempt: number;
  readonly outcome: RunOutcome;
  readonly error: string | null;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
};

/** Where the consumer records each run. The same run recorded twice is one row. */
export interface RunLog {
  recordRun(run: HandlerRun): Promise<void>;
}

/**
 * Told of each run that has ended, whether it could be recorded or not.
 *
 * @param takenAtMs when its event came in, milliseconds since the epoch; null for a run that somebody asked for later.
 */
export type OnRun = (run: HandlerRun, takenAtMs: number | null) => void;
