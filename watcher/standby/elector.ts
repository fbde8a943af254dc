import type { Clock } from '../../settings/ambient/clock.ts';
import { messageOf } from '../../settings/ambient/describe-error.ts';
import type { LeaseAddress, LeaseAnswer, LeaseApi } from './lease-api.ts';
import { decideLease, type LeaseTiming, type SeenLease } from './lease-policy.ts';
import { type LeaseRecord, writeLease } from './lease-record.ts';

type ElectorDeps = {
  readonly api: LeaseApi;
  readonly address: LeaseAddress;
  readonly timing: LeaseTiming;
  /** Different for every process that ever runs. */
  readonly identity: string;
  readonly clock: Clock;
  readonly eligible: () => boolean;
  /** What to publish with a renewal; undefined leaves the Lease's as it is. */
  readonly claim: () => string | undefined;
  /** Another one leads, and says this. */
  readonly onClaim: (claim: string | null) => void;
  /** This replica is about to lead; `claim` is what the leader before it said last. */
  readonly onAcquired: (claim: string | null) => void;
  readonly onLeading: () => void;
  readonly onLost: (why: string) => void;
  /** A call failed (or, with null, one succeeded again). */
  readonly onTrouble: (message: string | null) => void;
  readonly onLeader: (holder: string) => void;
};

interface Elector {
  start(): void;
  /** Whether this replica may deliver at this very moment. Cheap: ask before every delivery. */
  leads(): boolean;
  /** Takes no part any more; a leader gives the Lease free, with what it says of its deliveries. Never rejects. */
  release(): Promise<void>;
}

type Moment = { readonly monotonicMs: number; readonly wallMs: number };

/**
 * Takes part in the election. Asks the API server in turns, one call at a time.
 *
 * A leader leads for `renewDeadlineMs` from the moment its last successful renewal was *sent*; others wait for
 * `durationMs` from the moment they *saw* it, which is later. Both count by clocks of their own: the monotonic one,
 * which goes on while the process is stopped, and, should it ever stand still (a suspended machine), the wall clock.
 */
export function createElector(deps: ElectorDeps): Elector {
  const { api, address, timing, identity, clock } = deps;
  let renewed: Moment | null = null;
  let current: LeaseRecord | null = null;
  let seenSinceMs = 0;
  let stopped = false;
  let cancel = () => {};
  let turning: Promise<void> = Promise.resolve();

  function renewedAgoMs(): number | null {
    if (renewed === null) return null;
    return Math.max(clock.monotonicMs() - renewed.monotonicMs, clock.nowMs() - renewed.wallMs);
  }

  function leads(): boolean {
    const agoMs = renewedAgoMs();
    return !stopped && agoMs !== null && agoMs < timing.renewDeadlineMs;
  }

  function see(lease: LeaseRecord | null): void {
    if (lease?.token !== current?.token || lease === null) seenSinceMs = clock.monotonicMs();
    if (lease && lease.holder !== current?.holder) deps.onLeader(lease.holder);
    current = lease;
  }

  function seen(): SeenLease {
    if (current === null) return { kind: 'absent' };
    const { holder, durationMs } = current;
    return { kind: 'held', holder, durationMs, unchangedForMs: clock.monotonicMs() - seenSinceMs };
  }

  const decide = () =>
    decideLease({ identity, eligible: deps.eligible(), renewedAgoMs: renewedAgoMs() }, seen(), timing);

  function lose(why: string): void {
    renewed = null;
    deps.onLost(why);
  }

  /** Asks what the Lease says. False when nobody answered. */
  async function look(): Promise<boolean> {
    const answer = await api.read();
    if (answer.kind === 'lease') see(answer.lease);
    else if (answer.kind === 'absent') see(null);
    deps.onTrouble(answer.kind === 'failed' ? answer.message : null);
    return answer.kind !== 'failed';
  }

  /** Writes this replica's name into the Lease as it was seen; null when it does not stand there. */
  async function hold(claim: string | undefined): Promise<Moment | null> {
    const sent = { monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs() };
    const answer = await put(identity, claim);
    deps.onTrouble(answer.kind === 'failed' ? answer.message : null);
    if (answer.kind !== 'lease') return null;
    see(answer.lease);
    return sent;
  }

  function put(holder: string, claim: string | undefined): Promise<LeaseAnswer> {
    const holding = { ...address, holder, durationMs: timing.durationMs, nowMs: clock.nowMs(), claim };
    const lease = writeLease(current, holding);
    return current === null ? api.create(lease) : api.replace(lease);
  }

  async function standBy(): Promise<void> {
    if (!(await look()) || stopped) return;
    const before = current?.claim ?? null;
    if (current !== null && current.holder !== identity) deps.onClaim(before);
    const decision = decide();
    if (decision !== 'create' && decision !== 'acquire') return;
    // The claim of the leader before stays in the Lease until the first renewal: it is still true.
    const sent = await hold(undefined);
    if (sent === null || stopped) return;
    deps.onAcquired(before);
    renewed = sent;
    deps.onLeading();
  }

  async function lead(): Promise<void> {
    if (decide() === 'stepDown') return lose('the Lease could not be renewed in time');
    const sent = await hold(deps.claim());
    if (sent !== null) {
      renewed = sent;
      return;
    }
    // Another one may have taken it, or only have written to it: look, and try again with the next turn.
    await look();
    if (decide() === 'stepDown') lose(`the Lease is held by ${current?.holder || 'nobody'}`);
  }

  async function turn(): Promise<void> {
    try {
      if (renewed === null) await standBy();
      else await lead();
    } catch (error) {
      // A mistake in here must cost a turn, not the election.
      deps.onTrouble(messageOf(error));
    }
    if (stopped) return;
    const isFresh = (renewedAgoMs() ?? Number.POSITIVE_INFINITY) < timing.renewIntervalMs;
    schedule(isFresh ? timing.renewIntervalMs : timing.retryIntervalMs);
  }

  function schedule(delayMs: number): void {
    cancel = clock.after(delayMs, () => {
      turning = turn();
    });
  }

  return {
    start: () => schedule(0),
    leads,
    async release() {
      if (stopped) return;
      const led = leads();
      stopped = true;
      cancel();
      await turning;
      if (current?.holder === identity) await put('', led ? deps.claim() : undefined);
    },
  };
}
