import type { Clock } from '../../settings/ambient/clock.ts';
import { messageOf } from '../../settings/ambient/describe-error.ts';
import type { DeliveryObserver } from '../delivery/delivery-observer.ts';
import type { Journal } from '../journal/open-journal.ts';
import type { SourceLog } from '../source/api/source-log.ts';
import type { ClusterAccess } from '../source/cluster/cluster-access.ts';
import { createLineLimit } from '../source/sink/line-limit.ts';
import type { ObjectStanding, ObjectStandings } from '../subscriptions/objects/object-standing.ts';
import { createDeliveryStandings } from './delivery-standing.ts';
import type { StatusInputs } from './object-status.ts';
import { createStatusApi } from './status-api.ts';
import { createStatusLedger } from './status-ledger.ts';
import { createTestRequests, type SampleReport } from './test-requests.ts';
import { createThrottledLately } from './throttled-lately.ts';
import { createTurnEvents, type TurnEventResult } from './turn-events.ts';
import { createWaitingReports } from './waiting-reports.ts';
import { createWriteAllowance } from './write-allowance.ts';
import { isOfServer, type WriteResult } from './write-result.ts';

const ROUND_MS = 1_000;
/** After a change of what there is: soon, but many changes at once are one. */
const SOON_MS = 100;
const WRITES = { most: 5, inMs: 1_000 };
/** While the server does not take what is written: so long, doubled with each failure. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

export type StatusWriterDeps = {
  readonly cluster: ClusterAccess;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: SourceLog;
  /** Of this process, for Kubernetes Events: a host name. */
  readonly instance: string;
  readonly standings: ObjectStandings;
  /** Whether this replica leads at this moment: no other one writes. */
  readonly leads: () => boolean;
  readonly journal: Pick<Journal, 'queues' | 'standing' | 'isDisabled'>;
  /** Whether something due waits for a rate, its own or its tenant's; left out: nothing ever does. */
  readonly isThrottled?: (subscription: string) => boolean;
  /** Makes one attempt with a sample event, beside the queue; never rejects. */
  readonly sendTest: (subscription: string) => Promise<SampleReport>;
  readonly metrics: {
    onStatusWrite(result: WriteResult): void;
    onTurnEvent(result: TurnEventResult): void;
  };
};

interface StatusWriter {
  /** Has to hear of every attempt. */
  readonly observer: Required<DeliveryObserver>;
  start(): void;
  /** Cuts what is being written. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Writes back to each object what became of it, and tells turns as Kubernetes Events. Once a second it looks at everything
 * in memory and writes what is due, one after the other. Nothing queues: what could not be written is forgotten, and the
 * next round writes what is true then.
 */
export function createStatusWriter(deps: StatusWriterDeps): StatusWriter {
  const { clock, log, standings, leads, journal, metrics, isThrottled = () => false } = deps;
  const deliveries = createDeliveryStandings(clock);
  const throttled = createThrottledLately(clock);
  const waiting = createWaitingReports(() => journal.queues(), clock);
  const api = createStatusApi(deps);
  const ledger = createStatusLedger(clock, api.declared);
  const events = createTurnEvents({ ...deps, onResult: metrics.onTurnEvent });
  const tests = createTestRequests(deps);
  const allowance = createWriteAllowance(WRITES, clock);
  const troubles = createLineLimit(clock);
  const stopping = new AbortController();
  let pausedUntilMs = 0;
  let nextMs = 0;
  let failures = 0;
  let cancel = () => {};
  let unfollow = () => {};
  let round: Promise<void> | null = null;

  function inputsOf(standing: ObjectStanding): StatusInputs {
    const { subscription, object } = standing;
    const read = () => journal.standing(subscription ?? '');
    const delivery = deliveries.of(subscription, read);
    const waits = waiting.of(subscription);
    const isPaused = clock.monotonicMs() < delivery.pausedUntilMs && waits.pending > 0;
    const named = subscription !== null;
    return {
      standing,
      delivery,
      waiting: waits,
      gone: named && journal.isDisabled(subscription),
      throttled: named && throttled.of(subscription, isPaused || isThrottled(subscription)),
      lastTest: tests.lastOf(object.uid),
    };
  }

  function look(all: readonly ObjectStanding[]): void {
    const names = new Set(all.flatMap(({ subscription }) => subscription ?? []));
    deliveries.retain(names);
    throttled.retain(names);
    waiting.refresh();
    ledger.look(all.map(inputsOf));
  }

  async function write(): Promise<void> {
    while (
      leads() &&
      !stopping.signal.aborted &&
      clock.monotonicMs() >= pausedUntilMs &&
      allowance.waitMs() === 0
    ) {
      const due = ledger.next();
      if (due === null) return;
      allowance.take();
      const { result, resourceVersion, retryAfterMs } = await api.apply(due, stopping.signal);
      if (stopping.signal.aborted) return;
      metrics.onStatusWrite(result);
      ledger.settle(due, result, resourceVersion);
      failures = isOfServer(result) ? failures + 1 : 0;
      if (failures > 0) pause(retryAfterMs ?? 0);
    }
  }

  function pause(askedMs: number): void {
    const ownMs = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
    pausedUntilMs = clock.monotonicMs() + Math.max(ownMs, askedMs);
  }

  async function tellTurns(all: readonly ObjectStanding[]): Promise<void> {
    const turns = deliveries.takeTurns();
    if (turns.size === 0) return;
    const telling = all.map(async ({ subscription, object }) => {
      const turn = subscription === null ? undefined : turns.get(subscription);
      if (turn !== undefined && leads()) await events.tell(turn, object, stopping.signal);
    });
    await Promise.all(telling);
  }

  async function turn(): Promise<void> {
    if (!leads()) {
      // Whoever leads next may be this one again: it then begins with what the objects say.
      deliveries.retain(new Set());
      throttled.retain(new Set());
      ledger.forgetAll();
      tests.forgetAll();
      return;
    }
    const all = standings.all();
    tests.look(all);
    look(all);
    await write();
    await tellTurns(all);
  }

  /** Mostly the journal's: it cannot be read for as long as its disk is away. */
  function tellTrouble(error: unknown): void {
    const admitted = troubles.admit();
    if (admitted === null) return;
    log.warn({ cause: messageOf(error), ...admitted }, 'status was not looked at; trying again');
  }

  function schedule(delayMs: number): void {
    cancel();
    if (stopping.signal.aborted) return;
    nextMs = clock.monotonicMs() + delayMs;
    cancel = clock.after(delayMs, () => {
      round = turn()
        .catch(tellTrouble)
        .then(() => {
          round = null;
          schedule(ROUND_MS);
        });
    });
  }

  return {
    observer: deliveries.observer,
    start() {
      unfollow = standings.onChange(() => {
        if (round === null && nextMs - clock.monotonicMs() > SOON_MS) schedule(SOON_MS);
      });
      schedule(SOON_MS);
    },
    async stop() {
      unfollow();
      cancel();
      stopping.abort();
      await round;
    },
  };
}
