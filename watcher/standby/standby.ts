import type { Clock } from '../../settings/ambient/clock.ts';
import { waitAtMost } from '../../settings/ambient/deadline.ts';
import { messageOf } from '../../settings/ambient/describe-error.ts';
import type { Logger } from '../ambient/watcher-log.ts';
import type { JournalledEvent } from '../ingest/lifecycle-journal.ts';
import { hasReached } from '../source/api/resource-version.ts';
import type { ClusterAccess } from '../source/cluster/cluster-access.ts';
import { resourceOf, type StreamName } from '../source/sink/stream-name.ts';
import type { SubscriptionBook } from '../subscriptions/book.ts';
import { buildClaim } from './build-claim.ts';
import { readClaim, writeClaim } from './claim-text.ts';
import { createConfirmer } from './confirm-deliveries.ts';
import type { DeliveryClaim } from './delivery-claim.ts';
import { createElector } from './elector.ts';
import type { StandbyJournal } from './handover-store.ts';
import { createLeaseApi, type LeaseAddress } from './lease-api.ts';
import { leaseTiming } from './lease-policy.ts';
import type { OriginTracker } from './track-origins.ts';

/** How long a leader that stops waits for what is in flight, before it gives the Lease free. */
const HANDOVER_MS = 500;

type StandbyDeps = {
  readonly journal: StandbyJournal;
  readonly origins: Pick<OriginTracker<unknown>, 'current'>;
  readonly cluster: ClusterAccess;
  readonly lease: LeaseAddress;
  /** All that are followed. */
  readonly streams: readonly StreamName[];
  readonly durationMs: number;
  readonly identity: string;
  readonly book: Pick<SubscriptionBook, 'names'>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
};

interface Standby {
  /** @param wake what may be delivered has changed: look at every queue. */
  start(wake: () => void): void;
  leads(): boolean;
  /** Call with what was stored, before it could be delivered. */
  onStored(events: readonly JournalledEvent[]): void;
  /** Why this replica is not ready to take over; empty when it is. */
  troubles(): readonly string[];
  /** Gives the Lease free once `delivered` has resolved, or half a second later; takes no part any more. */
  stop(delivered: Promise<void>): Promise<void>;
}

/**
 * One of several replicas, of which one delivers. All of them watch and journal; each in a journal of its own. What
 * the leader says that it has delivered is settled here, too, so that a new leader begins where the last one ended.
 */
export function createStandby(deps: StandbyDeps): Standby {
  const { journal, cluster, clock, log, lease, identity, book, streams } = deps;
  const timing = leaseTiming(deps.durationMs);
  const confirmer = createConfirmer(journal, book, clock);
  const names = { lease: `${lease.namespace}/${lease.name}`, identity };
  /** What a leader, this replica not among them, said last. */
  let heard: DeliveryClaim | null = null;
  let said: DeliveryClaim | null = null;
  let trouble: string | null = null;
  let wake = () => {};

  function guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      const cause = messageOf(error);
      log.warn({ cause }, 'how far the leader has delivered could not be read or stored; trying again');
    }
  }

  function hasPassed({ upTo }: DeliveryClaim): boolean {
    return [...upTo].every(([stream, target]) => {
      const position = journal.resumePoint(stream)?.resourceVersion;
      return position === undefined || hasReached(position, target);
    });
  }

  function deliverOwn(events: number): void {
    if (events === 0) return;
    log.info({ ...names, events }, 'delivering what the leader cannot know of');
    wake();
  }

  const elector = createElector({
    api: createLeaseApi({ cluster, clock, deadlineMs: timing.renewIntervalMs }, lease),
    address: lease,
    timing,
    identity,
    clock,
    // Of several namespaces one is enough: that another one is forbidden must not stop what is delivered of this one.
    eligible: () =>
      streams.some((stream) => resourceOf(stream) === 'pods' && journal.resumePoint(stream) !== null),
    claim() {
      let text: string | undefined;
      guarded(() => {
        journal.forgetOrigins();
        said = buildClaim(journal, { streams, subscriptions: book.names() }, said);
        text = writeClaim(said);
      });
      return text;
    },
    onClaim(text) {
      heard = readClaim(text) ?? heard;
      const claim = heard;
      if (claim !== null) guarded(() => deliverOwn(confirmer.some(claim)));
    },
    onAcquired(text) {
      heard = readClaim(text) ?? heard;
      const claim = heard;
      if (claim !== null) guarded(() => confirmer.all(claim));
    },
    onLeading() {
      log.info(names, 'leading: this replica delivers');
      wake();
    },
    onLost(why) {
      said = null;
      log.warn({ ...names, why }, 'no longer leading: this replica does not deliver');
      wake();
    },
    onTrouble(message) {
      if (message !== null && message !== trouble)
        log.error({ ...names, cause: message }, 'the Lease cannot be used');
      if (message === null && trouble !== null) log.info(names, 'the Lease can be used again');
      trouble = message;
    },
    onLeader(holder) {
      if (holder !== '' && holder !== identity) log.info({ ...names, leader: holder }, 'standing by');
    },
  });

  return {
    start(onChange) {
      wake = onChange;
      elector.start();
    },
    leads: elector.leads,
    onStored(events) {
      const claim = heard;
      if (claim === null) return;
      guarded(() => confirmer.stored(claim, events, deps.origins.current()));
      // A leader that has come as far as the one before it needs to know no more of that one.
      if (elector.leads() && hasPassed(claim)) heard = null;
    },
    troubles: () => (trouble === null ? [] : [`the Lease ${names.lease} cannot be used: ${trouble}`]),
    async stop(delivered) {
      await waitAtMost(clock, HANDOVER_MS, delivered);
      await elector.release();
    },
  };
}
