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
import { createStateTable, type StateTable } from '../../sql/state-table.ts';

/** How long an event is remembered; default 16 days. */
type ClaimsEnv = { readonly RETENTION?: string; readonly RETENTION_SECONDS?: string };

/** When an alarm comes again that does not know what to forget. */
const CORRECTED_MS = 3_600_000;

/**
 * Everything that must be decided in one place: a Durable Object a container, named by source and partition key, so
 * that containers, and clusters that share a receiver, never wait for each other. Its alarm forgets what is older than the
 * retention, and when nothing is left, the object itself.
 */
export class Claims extends DurableObject<ClaimsEnv> {
  #claims: ClaimTable | null = null;
  #states: StateTable | null = null;

  async repeats(eventId: string, nowMs: number): Promise<boolean> {
    // Before anything is kept there is nothing to make tables for, which costs a write more for every new container.
    if (this.#isNew()) return false;
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
    const retention = this.#readRetention();
    if (retention === null) return this.ctx.storage.setAlarm(systemClock.nowMs() + CORRECTED_MS);
    const tables = [createClaimTable(this.#exec), createStateTable(this.#exec)];
    const oldestMs = tables.flatMap((table) => table.forgetBefore(systemClock.nowMs() - retention) ?? []);
    if (oldestMs.length === 0) {
      this.#claims = null;
      this.#states = null;
      return this.ctx.storage.deleteAll();
    }
    await this.ctx.storage.setAlarm(Math.min(...oldestMs) + retention);
  }

  #isNew(): boolean {
    return (
      this.#claims === null && this.#exec(`SELECT 1 FROM sqlite_schema WHERE name = 'receipts'`).length === 0
    );
  }

  /** Once, until the alarm has removed tables and itself: a call may follow it in the same live object. */
  async #open(): Promise<ClaimTable> {
    if (this.#claims !== null) return this.#claims;
    await this.#ensureAlarm();
    this.#claims = createClaimTable(this.#exec);
    return this.#claims;
  }

  async #openStates(): Promise<StateTable> {
    if (this.#states !== null) return this.#states;
    await this.#ensureAlarm();
    this.#states = createStateTable(this.#exec);
    return this.#states;
  }

  async #ensureAlarm(): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) !== null) return;
    await this.ctx.storage.setAlarm(systemClock.nowMs() + retentionMs(this.env));
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
