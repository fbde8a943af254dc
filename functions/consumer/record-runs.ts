import type { Clock } from '../../settings/ambient/clock.ts';
import { describeError } from '../../settings/ambient/describe-error.ts';
import type { Log } from '../ambient/log.ts';
import type { HandlerRun, RunLog } from '../timeline/run-log.ts';
import type { ClaimKey, ClaimStore } from './claim-store.ts';

type RecordRunsDeps = {
  readonly claims: Pick<ClaimStore, 'recorded'>;
  readonly runs: RunLog;
  readonly clock: Clock;
};

/** When a run that could not be recorded is tried again: after as long as it has waited, within these. */
const SOONEST_MS = 10_000;
const LATEST_MS = 3_600_000;

type RecordRuns = {
  /**
   * Records runs that a claim has kept, because a process died or the run log could not be written, and lets the claim
   * forget them.
   *
   * @param log names event and handler.
   * @returns null when they are recorded, otherwise when to try again (epoch milliseconds). Never throws.
   */
  (key: ClaimKey, runs: readonly HandlerRun[], log: Log): Promise<number | null>;
  /**
   * Records a run that has just ended. The claim keeps it all the same: to take it out would be a write for every run,
   * to find it again costs one question, and only where an event is delivered again.
   */
  first(run: HandlerRun, log: Log): Promise<number | null>;
};

/** The claim of a run is settled before it is recorded: a missing record must not run the handler again. */
export function createRecordRuns({ claims, runs: runLog, clock }: RecordRunsDeps): RecordRuns {
  const first = async (run: HandlerRun, log: Log): Promise<number | null> => {
    try {
      await runLog.recordRun(run);
      return null;
    } catch (error) {
      const fields = { attempt: run.attempt, cause: describeError(error) };
      log.error(fields, 'could not record a run; it is kept with its claim and tried again');
      return clock.nowMs() + Math.min(Math.max(clock.nowMs() - run.finishedAtMs, SOONEST_MS), LATEST_MS);
    }
  };

  const recordRuns = async (key: ClaimKey, runs: readonly HandlerRun[], log: Log): Promise<number | null> => {
    if (runs.length === 0) return null;
    const due = await Promise.all(runs.map((run) => first(run, log)));
    const attempts = runs.flatMap(({ attempt }, index) => (due[index] === null ? [attempt] : []));
    if (attempts.length > 0) await forget(key, attempts, log);
    const times = due.filter((atMs) => atMs !== null);
    return times.length === 0 ? null : Math.min(...times);
  };

  /** A claim that remembers them longer does no harm: they would be recorded once more, which changes nothing. */
  async function forget(key: ClaimKey, attempts: readonly number[], log: Log): Promise<void> {
    try {
      await claims.recorded(key, attempts);
    } catch (error) {
      log.warn({ cause: describeError(error) }, 'a claim could not forget its recorded runs');
    }
  }

  return Object.assign(recordRuns, { first });
}
