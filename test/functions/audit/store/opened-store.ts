import { onTestFinished } from 'vitest';
import type { AuditReader } from '../../../../functions/audit/audit-reader.ts';
import { type AuditWriter, createAuditTrail } from '../../../../functions/audit/audit-trail.ts';
import type { ChainStore } from '../../../../functions/audit/chain-store.ts';
import type { HandlerFailures } from '../../../../functions/timeline/handler-failures.ts';
import type { Timeline } from '../../../../functions/timeline/timeline.ts';
import { createWallClock } from '../../../support/wall-clock.ts';
import type { Tampering } from './attacks/tampering.ts';

/** One implementation of the audit store, with nothing in it. */
export type OpenedStore = {
  readonly chains: ChainStore;
  readonly reader: AuditReader;
  readonly timeline: Timeline;
  readonly failures: HandlerFailures;
  close(): Promise<void>;
};

export type OpenAuditStore = () => Promise<OpenedStore>;
/** With a way past everything that the store itself refuses. */
export type OpenAttackedStore = () => Promise<OpenedStore & { readonly tampering: Tampering }>;

/** When the tests' writers write, in epoch milliseconds. */
export const NOW = Date.UTC(2026, 10, 22, 14, 30, 0);

/** A store for one test, with a writer; `writer()` gives further ones, as other processes have them. */
export async function openWithWriter(open: OpenAuditStore) {
  const store = await open();
  onTestFinished(store.close);
  const writer = (chains: ChainStore = store.chains): AuditWriter =>
    createAuditTrail({ store: chains, clock: createWallClock(() => NOW), random: Math.random });
  return { ...store, trail: writer(), writer };
}
