import type { Clock } from '../../../settings/ambient/clock.ts';
import type { Collection } from '../api/collection-path.ts';
import type { Ending, EndingKind } from '../api/ending.ts';
import type { SourceLog } from '../api/source-log.ts';

/** So many refused answers in a row are not a moment's lag. */
const REFUSED_ANSWERS = 3;
/** Answers that were understood and cannot be taken. */
const REFUSED: ReadonlySet<EndingKind> = new Set(['lagging', 'rewound', 'tooNew']);
/** Part of normal life: nobody needs to read about them. */
const QUIET: ReadonlySet<EndingKind> = new Set(['closed', 'unsupported', 'stopped']);

type SourceState = 'idle' | 'listing' | 'resuming' | 'watching' | 'waiting' | 'disabled' | 'stopped';

export type SourceStatus = {
  readonly state: SourceState;
  /** Wall time of the last byte or successful answer from the API server; null when there was none yet. */
  readonly lastContactMs: number | null;
  /** Wall time of the last progress; null when there was none yet. */
  readonly lastProgressMs: number | null;
  /** No progress for too long, or none yet. A disabled source is never stale. */
  readonly stale: boolean;
  /** The server answers, again and again, and its answers cannot be taken: `error` says why. */
  readonly refused: boolean;
  /** Why it is not watching, in one sentence. */
  readonly error?: string;
  /** How many attempts ended, by how they ended. */
  readonly restarts: Readonly<Partial<Record<EndingKind, number>>>;
  /** Changes that only a comparison with a full list brought to light. */
  readonly missed: number;
};

export interface SourceHealth {
  enter(state: SourceState): void;
  contact(): void;
  /** A watch was taken up. What follows has to show that it works; until then the first one is given time. */
  opened(): void;
  /**
   * The resourceVersion moved and was kept, or the server said in one way or another that nothing has happened:
   * whatever was wrong is over. Bytes alone are no progress.
   */
  progress(): void;
  ended(ending: Ending, waitMs: number): void;
  missed(count: number): void;
  status(): SourceStatus;
}

/** Keeps what `/readyz` and the metrics ask for, and logs changes of state, once each, not every attempt. */
export function createSourceHealth({
  clock,
  log,
  collection,
  staleAfterMs,
}: {
  clock: Pick<Clock, 'nowMs' | 'monotonicMs'>;
  log: SourceLog;
  collection: Pick<Collection, 'resource' | 'namespace'>;
  staleAfterMs: number;
}): SourceHealth {
  const { resource, namespace } = collection;
  const place = namespace === null ? {} : { namespace };
  const restarts: Partial<Record<EndingKind, number>> = {};
  let state: SourceState = 'idle';
  /** Since when it went wrong: the last ending, and the kinds already logged. */
  let trouble: { last: Ending; attempts: number; logged: Set<EndingKind> } | null = null;
  let contactAtMs: number | null = null;
  let progressAt: { wallMs: number; monotonicMs: number } | null = null;
  let refusals = 0;
  let missed = 0;

  const now = () => ({ wallMs: clock.nowMs(), monotonicMs: clock.monotonicMs() });

  return {
    enter(next) {
      state = next;
    },
    contact() {
      contactAtMs = clock.nowMs();
    },
    opened() {
      progressAt ??= now();
    },
    progress() {
      progressAt = now();
      refusals = 0;
      if (trouble === null) return;
      log.info(
        { resource, ...place, was: trouble.last.kind, attempts: trouble.attempts },
        `following ${resource} again`,
      );
      trouble = null;
    },
    ended(ending, waitMs) {
      restarts[ending.kind] = (restarts[ending.kind] ?? 0) + 1;
      const details = { resource, ...place, cause: ending.kind, waitMs: Math.round(waitMs) };
      const isNormal = QUIET.has(ending.kind) || (ending.kind === 'expired' && waitMs === 0);
      if (isNormal) return log.debug(details, ending.message);
      if (REFUSED.has(ending.kind)) refusals += 1;
      trouble ??= { last: ending, attempts: 0, logged: new Set() };
      const isNew = !trouble.logged.has(ending.kind);
      trouble = { last: ending, attempts: trouble.attempts + 1, logged: trouble.logged.add(ending.kind) };
      // Whoever uses no custom resource has done nothing wrong.
      if (isNew && ending.kind === 'absent') log.info(details, ending.message);
      else if (isNew) log.warn(details, ending.message);
      else log.debug(details, ending.message);
    },
    missed(count) {
      missed += count;
    },
    status() {
      const stuckMs =
        progressAt === null ? Number.POSITIVE_INFINITY : clock.monotonicMs() - progressAt.monotonicMs;
      return {
        state,
        lastContactMs: contactAtMs,
        lastProgressMs: progressAt?.wallMs ?? null,
        stale: state !== 'disabled' && stuckMs > staleAfterMs,
        refused: refusals >= REFUSED_ANSWERS,
        ...(trouble !== null && { error: trouble.last.message }),
        restarts: { ...restarts },
        missed,
      };
    },
  };
}
