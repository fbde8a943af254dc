import { DurableObject } from 'cloudflare:workers';
import type { Claim, ClaimKey } from '../consumer/claim-store.ts';
import { type ClaimTable, createClaimTable, RETENTION_MS } from './claim-table.ts';

/** `RETENTION_SECONDS`: how long an event is remembered; default 16 days. */
export type ClaimsEnv = { readonly RETENTION_SECONDS?: string };

/**
 * Everything about one event that must be decided in one place: a Durable Object an event, named by its id, so
 * that no event waits for another. Its alarm forgets it all when the retention is over.
 */
export class Claims extends DurableObject<ClaimsEnv> {
  async hasReceipt(eventId: string): Promise<boolean> {
    return (await this.#open()).hasReceipt(eventId);
  }

  async addReceipt(eventId: string, nowMs: number): Promise<void> {
    (await this.#open()).addReceipt(eventId, nowMs);
  }

  async claim(key: ClaimKey, leaseMs: number, nowMs: number): Promise<Claim> {
    return (await this.#open()).claim(key, leaseMs, nowMs);
  }

  async complete(key: ClaimKey, nowMs: number): Promise<void> {
    (await this.#open()).complete(key, nowMs);
  }

  async fail(key: ClaimKey, attempt: number, retryAtMs: number | null): Promise<void> {
    (await this.#open()).fail(key, attempt, retryAtMs);
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }

  /** On every call, because a call may follow the alarm in the same live object: tables and alarm are gone then. */
  async #open(): Promise<ClaimTable> {
    if ((await this.ctx.storage.getAlarm()) === null) {
      await this.ctx.storage.setAlarm(Date.now() + retentionMs(this.env));
    }
    return createClaimTable((statement, ...values) =>
      this.ctx.storage.sql.exec(statement, ...values).toArray(),
    );
  }
}

function retentionMs(env: ClaimsEnv): number {
  const seconds = Number(env.RETENTION_SECONDS ?? Number.NaN);
  return seconds > 0 ? seconds * 1_000 : RETENTION_MS;
}
