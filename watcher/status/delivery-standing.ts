import type { Clock } from '../../settings/ambient/clock.ts';
import type { AttemptReport, DeliveryObserver, ReceiverTurn } from '../delivery/delivery-observer.ts';
import type { DeliveryStore } from '../delivery/delivery-store.ts';
import { type FailureKind, failureKind } from './failure-kind.ts';
import { statusTime } from './status-condition.ts';

export type LastDelivery = {
  readonly time: string;
  readonly statusCode?: number;
  /** How long the receiver took to answer. */
  readonly latencyMilliseconds: number;
};

export type LastFailure = {
  readonly time: string;
  readonly statusCode?: number;
  readonly class: FailureKind;
};

/** How deliveries of one subscription go, by what this process has seen. Another object whenever something changes. */
export type DeliveryStanding = {
  readonly lastDelivery: LastDelivery | null;
  readonly lastFailure: LastFailure | null;
  /** Why the receiver takes nothing; null while it is not known to. */
  readonly failing: FailureKind | null;
  /** Until when the receiver wants silence, in monotonic milliseconds. */
  readonly pausedUntilMs: number;
  /** Whether this process has found out how the receiver is: until then what an earlier run said of it may hold. */
  readonly judged: boolean;
};

/** Something that Kubernetes Events are made of. */
export type StandingTurn = 'failing' | 'recovered' | 'gone';

interface DeliveryStandings {
  /** Looks on while the dispatcher delivers. */
  readonly observer: Required<DeliveryObserver>;
  /**
   * How one subscription stands.
   *
   * @param subscription null: one that is not in the book.
   * @param read what the journal says of it, asked once, when nothing is known yet.
   */
  of(subscription: string | null, read: () => ReturnType<DeliveryStore['standing']>): DeliveryStanding;
  /** Forgets every subscription but these. */
  retain(subscriptions: ReadonlySet<string>): void;
  /** What turned since the last call, the latest turn of each; at most {@link MOST_KNOWN} of them. */
  takeTurns(): ReadonlyMap<string, StandingTurn>;
}

/** More objects than any journal holds subscriptions. */
const MOST_KNOWN = 5_000;

const NOTHING: DeliveryStanding = {
  lastDelivery: null,
  lastFailure: null,
  failing: null,
  pausedUntilMs: 0,
  judged: false,
};

/** Remembers the last of everything; the subscriptions of the operator's own file, whose names have no slash, are left out. */
export function createDeliveryStandings(clock: Pick<Clock, 'nowMs' | 'monotonicMs'>): DeliveryStandings {
  const known = new Map<string, DeliveryStanding>();
  /** Those whose journal was asked. */
  const seeded = new Set<string>();
  const turns = new Map<string, StandingTurn>();

  function change(subscription: string, changes: Partial<DeliveryStanding>): void {
    if (!subscription.includes('/')) return;
    const before = known.get(subscription);
    if (before === undefined && known.size >= MOST_KNOWN) return;
    known.set(subscription, { ...(before ?? NOTHING), ...changes });
  }

  function turn(subscription: string, next: StandingTurn): void {
    if (!subscription.includes('/')) return;
    // Nobody was told of the failure yet: there is nothing to take back.
    if (next === 'recovered' && turns.get(subscription) === 'failing') turns.delete(subscription);
    else if (turns.has(subscription) || turns.size < MOST_KNOWN) turns.set(subscription, next);
  }

  return {
    observer: {
      onAttempt(report) {
        if (report.attempt === 0) return;
        change(report.subscription, learnt(report, clock));
        if (report.outcome === 'gone') turn(report.subscription, 'gone');
      },
      onTurn(news) {
        change(news.subscription, { failing: failingOf(news), judged: true });
        turn(news.subscription, news.kind);
      },
    },
    of(subscription, read) {
      if (subscription === null) return NOTHING;
      if (!seeded.has(subscription) && seeded.size < MOST_KNOWN) {
        const { outage, pausedForMs } = read();
        seeded.add(subscription);
        const { judged, failing, pausedUntilMs } = known.get(subscription) ?? NOTHING;
        change(subscription, {
          failing: judged || outage === null ? failing : failureKind('retry', outage.reason),
          pausedUntilMs: Math.max(pausedUntilMs, pausedForMs > 0 ? clock.monotonicMs() + pausedForMs : 0),
        });
      }
      return known.get(subscription) ?? NOTHING;
    },
    retain(subscriptions) {
      for (const held of [known, seeded, turns])
        for (const name of held.keys()) if (!subscriptions.has(name)) held.delete(name);
    },
    takeTurns() {
      const taken = new Map(turns);
      turns.clear();
      return taken;
    },
  };
}

function learnt(
  { outcome, status, reason, durationMs, pauseMs = 0 }: AttemptReport,
  clock: Pick<Clock, 'nowMs' | 'monotonicMs'>,
): Partial<DeliveryStanding> {
  const at = { time: statusTime(clock.nowMs()), ...(status !== null && { statusCode: status }) };
  if (outcome === 'delivered') {
    const lastDelivery = { ...at, latencyMilliseconds: Math.round(durationMs) };
    return { lastDelivery, pausedUntilMs: 0, judged: true };
  }
  const lastFailure = { ...at, class: failureKind(outcome, reason ?? '') };
  const pausedUntilMs = clock.monotonicMs() + pauseMs;
  return { lastFailure, ...(outcome !== 'retry' && { judged: true }), ...(pauseMs > 0 && { pausedUntilMs }) };
}

function failingOf({ kind, outage }: ReceiverTurn): FailureKind | null {
  return kind === 'failing' ? failureKind('retry', outage.reason) : null;
}
