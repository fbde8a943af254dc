import { DurableObject } from 'cloudflare:workers';
import { systemClock } from '../../../../settings/ambient/clock.ts';
import { describeError } from '../../../../settings/ambient/describe-error.ts';
import { createConsoleLog } from '../../../ambient/ambient.ts';
import type { Claim, ClaimKey } from '../../../consumer/claim-store.ts';
import type { Deliveries } from '../../../ingress/receipts.ts';
import type { StateKey, StoredState } from '../../../ordering/container-states.ts';
import type { HandlerRun } from '../../../timeline/run-log.ts';
import { retentionMs } from '../../../variables/claim-retention.ts';
import { type ClaimTable, createClaimTable, type Exec } from '../../sql/claim-table.ts';
import { type ForgetPlace, forgetSlice, isForgotten } from '../../sql/forget-slice.ts';
import { createStateTable, type StateTable } from '../../sql/state-table.ts';
import { type BatchQueue, createSharedIntake, type TakenEvent } from './shared-intake.ts';

/** @property RETENTION how long an event is remembered; default 16 days. */
type ClaimsEnv = {
  readonly EVENTS: BatchQueue;
  readonly RETENTION?: string;
  readonly RETENTION_SECONDS?: string;
};

/** When an alarm comes again that does not know what to forget. */
const CORRECTED_MS = 3_600_000;
/**
 * What is forgotten is looked for a row at a time, in a round through all of them: an index of times would cost a write
 * for each write, a thousand times as much as these reads. Rounds follow each other by a sixteenth of the retention, so
 * that everything is kept that much longer at most.
 */
const ROUNDS = 16;
const SHORTEST_ROUND_MS = 1_000;
/** Rows that one alarm reads of a table: some ten milliseconds, in which nothing else is answered. */
const SLICE_ROWS = 2_000;
/** For what waits meanwhile. */
const BETWEEN_SLICES_MS = 200;
const PLACE = 'forgetting';

/**
 * Everything that must be decided in one place: a Durable Object for a share of all containers, see `shardName`. Its alarm
 * forgets what is older than the retention, a slice at a time, and when nothing is left, the object itself.
 */
export class Claims extends DurableObject<ClaimsEnv> {
  #claims: ClaimTable | null = null;
  #states: StateTable | null = null;
  #alarmIsSet = false;
  readonly #take = createSharedIntake({
    queue: () => this.env.EVENTS,
    receipts: () => this.#openClaims(),
    clock: systemClock,
  });

  /** See `Intake`: asks, puts the message into the queue and adds the receipt, all in one call. */
  async take(event: TakenEvent): Promise<'new' | 'repeated'> {
    await this.#ensureAlarm();
    return this.#take(event);
  }

  async repeats(eventId: string, nowMs: number): Promise<boolean> {
    return (await this.#open()).repeats(eventId, nowMs);
  }

  async told(eventId: string): Promise<string | null> {
    return (await this.#open()).told(eventId);
  }

  async addReceipt(eventId: string, nowMs: number, told?: string): Promise<void> {
    (await this.#open()).addReceipt(eventId, nowMs, told);
  }

  async deliveries(eventId: string): Promise<Deliveries | null> {
    return (await this.#open()).deliveries(eventId);
  }

  async claim(key: ClaimKey, leaseMs: number, nowMs: number): Promise<Claim> {
    return (await this.#open()).claim(key, leaseMs, nowMs);
  }

  async complete(key: ClaimKey, run: HandlerRun, nowMs: number): Promise<void> {
    (await this.#open()).complete(key, run, nowMs);
  }

  async fail(key: ClaimKey, run: HandlerRun, retryAtMs: number | null): Promise<void> {
    (await this.#open()).fail(key, run, retryAtMs);
  }

  async recorded(key: ClaimKey, attempts: readonly number[]): Promise<void> {
    (await this.#open()).recorded(key, attempts);
  }

  async reopen(key: ClaimKey, nowMs: number): Promise<boolean> {
    return (await this.#open()).reopen(key, nowMs);
  }

  async readState(key: StateKey): Promise<StoredState | null> {
    return (await this.#openStates()).readState(key);
  }

  async writeState(key: StateKey, next: StoredState, nowMs: number): Promise<boolean> {
    return (await this.#openStates()).writeState(key, next, nowMs);
  }

  override async alarm(): Promise<void> {
    const nowMs = systemClock.nowMs();
    const retention = this.#readRetention();
    if (retention === null) return this.ctx.storage.setAlarm(nowMs + CORRECTED_MS);
    await this.#open();
    await this.#openStates();
    const place = (await this.ctx.storage.get<ForgetPlace>(PLACE)) ?? null;
    const next = forgetSlice(this.#exec, place, { beforeMs: nowMs - retention, rows: SLICE_ROWS });
    if (next !== null) {
      await this.ctx.storage.put(PLACE, next);
      return this.ctx.storage.setAlarm(nowMs + BETWEEN_SLICES_MS);
    }
    await this.ctx.storage.delete(PLACE);
    // In one turn: nobody adds something between the look and the end.
    if (!isForgotten(this.#exec)) return this.ctx.storage.setAlarm(nowMs + roundMs(retention));
    this.#claims = null;
    this.#states = null;
    this.#alarmIsSet = false;
    await this.ctx.storage.deleteAll();
  }

  async #open(): Promise<ClaimTable> {
    await this.#ensureAlarm();
    return this.#openClaims();
  }

  #openClaims(): ClaimTable {
    this.#claims ??= createClaimTable(this.#exec);
    return this.#claims;
  }

  async #openStates(): Promise<StateTable> {
    await this.#ensureAlarm();
    this.#states ??= createStateTable(this.#exec);
    return this.#states;
  }

  async #ensureAlarm(): Promise<void> {
    if (this.#alarmIsSet) return;
    if ((await this.ctx.storage.getAlarm()) === null) {
      await this.ctx.storage.setAlarm(systemClock.nowMs() + roundMs(retentionMs(this.env)));
    }
    this.#alarmIsSet = true;
  }

  /** null, and a line in the log, when it cannot be used. Cloudflare gives up an alarm that fails six times. */
  #readRetention(): number | null {
    try {
      return retentionMs(this.env);
    } catch (error) {
      createConsoleLog().error({ cause: describeError(error) }, 'nothing is forgotten');
      return null;
    }
  }

  readonly #exec: Exec = (statement, ...values) => this.ctx.storage.sql.exec(statement, ...values).toArray();
}

function roundMs(retention: number): number {
  return Math.max(SHORTEST_ROUND_MS, Math.ceil(retention / ROUNDS));
}
