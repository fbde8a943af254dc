import type { Clock } from '../../settings/ambient/clock.ts';
import { messageOf } from '../../settings/ambient/describe-error.ts';
import { every } from '../../settings/ambient/every.ts';
import type { Journal } from './open-journal.ts';

const RETENTION_INTERVAL_MS = 60_000;
const ROOM_INTERVAL_MS = 1_000;
/** Between the steps of one round: the watch and the deliveries come first. */
const STEP_INTERVAL_MS = 50;

type UpkeepLog = Record<'info' | 'warn' | 'error', (fields: object, message: string) => void>;

type UpkeepDependencies = {
  readonly journal: Pick<Journal, 'removeExpired' | 'makeRoom' | 'quota'>;
  readonly clock: Clock;
  readonly log: UpkeepLog;
  readonly onRemoved: (reason: 'retention' | 'quota', events: number) => void;
};

/** Keeps the journal small while the watcher runs, in small steps. Returns what ends it. */
export function startJournalUpkeep({ journal, clock, log, onRemoved }: UpkeepDependencies): () => void {
  let wasFull = false;

  function retain(): boolean {
    const { events, more } = journal.removeExpired(clock.nowMs());
    if (events > 0) onRemoved('retention', events);
    return more;
  }

  function makeRoom(): boolean {
    const { events, more } = journal.makeRoom();
    if (events > 0) onRemoved('quota', events);
    const { full, maxBytes, bytes } = journal.quota();
    const details = { usedBytes: bytes.used, maxBytes };
    if (full && !wasFull) {
      log.error(
        details,
        'the journal has reached its quota: nothing more is read until deliveries make room',
      );
    }
    if (wasFull && !full) log.info(details, 'the journal has room again');
    wasFull = full;
    return more;
  }

  /** A step that cannot write is repeated at its next interval; what it means is for others to say. */
  function guarded(step: () => boolean): () => boolean {
    return () => {
      try {
        return step();
      } catch (error) {
        const cause = messageOf(error);
        log.warn({ cause }, 'old events could not be removed from the journal');
        return false;
      }
    };
  }

  const stops = [
    inSteps(clock, RETENTION_INTERVAL_MS, guarded(retain)),
    inSteps(clock, ROOM_INTERVAL_MS, guarded(makeRoom)),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Calls `step` every `intervalMs`, and again soon for as long as it returns true. Returns what ends it. */
function inSteps(clock: Clock, intervalMs: number, step: () => boolean): () => void {
  let more = false;
  const nextMs = () => (more ? STEP_INTERVAL_MS : intervalMs);
  return every(clock, nextMs, () => {
    more = step();
  });
}
