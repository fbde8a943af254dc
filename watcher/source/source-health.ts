import type { Clock } from '../clock.ts';
import type { Collection } from './collection-path.ts';
import type { Ending, EndingKind } from './ending.ts';
import type { SourceLog } from './source-log.ts';

/** Silence is noticed after 100 s; two minutes without contact means that reconnecting did not help. */
const STALE_AFTER_MS = 120_000;
/** Part of normal life: nobody needs to read about them. */
const QUIET: ReadonlySet<EndingKind> = new Set(['closed', 'unsupported', 'stopped']);

export type SourceState = 'idle' | 'listing' | 'watching' | 'waiting' | 'disabled' | 'stopped';

export type SourceStatus = {
  readonly state: SourceState;
  /** Wall time of the last byte or successful answer from the API server; null when there was none yet. */
  readonly lastContactMs: number | null;
  /** No contact for two minutes, or none yet. A disabled source is never stale. */
  readonly stale: boolean;
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
  /** Something was understood and kept: whatever was wrong is over. */
  progress(): void;
  ended(ending: Ending, waitMs: number): void;
  missed(count: number): void;
  status(): SourceStatus;
}

/** Keeps what `/readyz` and the metrics ask for, and logs changes of state, once each, not every attempt. */
export function createSourceHealth({
  clock,
  log,
  resource,
}: {
  clock: Pick<Clock, 'nowMs' | 'monotonicMs'>;
  log: SourceLog;
  resource: Collection['resource'];
}): SourceHealth {
  const restarts: Partial<Record<EndingKind, number>> = {};
  let state: SourceState = 'idle';
  /** Since when it went wrong: the last ending, and the kinds already logged. */
  let trouble: { last: Ending; attempts: number; logged: Set<EndingKind> } | null = null;
  let contactAt: { wallMs: number; monotonicMs: number } | null = null;
  let missed = 0;

  return {
    enter(next) {
      state = next;
    },
    contact() {
      contactAt = { wallMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
    },
    progress() {
      if (trouble === null) return;
      log.info(
        { resource, was: trouble.last.kind, attempts: trouble.attempts },
        `following ${resource} again`,
      );
      trouble = null;
    },
    ended(ending, waitMs) {
      restarts[ending.kind] = (restarts[ending.kind] ?? 0) + 1;
      const details = { resource, cause: ending.kind, waitMs: Math.round(waitMs) };
      if (QUIET.has(ending.kind)) return log.debug(details, ending.message);
      trouble ??= { last: ending, attempts: 0, logged: new Set() };
      const isNew = !trouble.logged.has(ending.kind);
      trouble = { last: ending, attempts: trouble.attempts + 1, logged: trouble.logged.add(ending.kind) };
      if (isNew) log.warn(details, ending.message);
      else log.debug(details, ending.message);
    },
    missed(count) {
      missed += count;
    },
    status() {
      const silentMs =
        contactAt === null ? Number.POSITIVE_INFINITY : clock.monotonicMs() - contactAt.monotonicMs;
      return {
        state,
        lastContactMs: contactAt?.wallMs ?? null,
        stale: state !== 'disabled' && silentMs > STALE_AFTER_MS,
        ...(trouble !== null && { error: trouble.last.message }),
        restarts: { ...restarts },
        missed,
      };
    },
  };
}
