import { Gauge, type Registry } from 'prom-client';
import type { StreamMaintenance } from '../../../audit/checkpoint/maintain-audit.ts';

/** So many clusters have series of their own; those beyond are left out. */
const MOST_SOURCES = 100;

/** A chain, and where it ends. */
export type ChainReading = { readonly stream: string; readonly position: number };

/** A checkpoint: how far it attests the chain, and when. */
type CheckpointReading = ChainReading & { readonly atMs: number };

interface AuditMetrics {
  setChains(chains: readonly ChainReading[]): void;
  onCheckpoint(checkpoint: CheckpointReading): void;
  /** A round of care for a stream has ended. */
  onRound(report: StreamMaintenance, nowMs: number): void;
}

/** How long the chains are, and how far they are attested. */
export function createAuditMetrics(registry: Registry, checkpointEveryMs: number | null): AuditMetrics {
  const registers = [registry];
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['source'] as const, registers });
  const position = gauge(
    'offhook_receiver_audit_position',
    'Position of the newest record in the chain of a cluster',
  );
  const attested = gauge(
    'offhook_receiver_checkpoint_position',
    'Position up to which a checkpoint attests the chain',
  );
  const at = gauge(
    'offhook_receiver_checkpoint_timestamp_seconds',
    'When the chain was last attested up to its end (seconds since 1970)',
  );
  const attention = gauge(
    'offhook_receiver_audit_attention',
    '1 while the last round of care for the chain failed',
  );
  if (checkpointEveryMs !== null) {
    const help = 'audit.every: time between checkpoints';
    new Gauge({ name: 'offhook_receiver_checkpoint_interval_seconds', help, registers }).set(
      checkpointEveryMs / 1_000,
    );
  }
  const sources = new Set<string>();
  const has = (stream: string) => {
    if (sources.size < MOST_SOURCES) sources.add(stream);
    return sources.has(stream);
  };

  const onCheckpoint: AuditMetrics['onCheckpoint'] = (checkpoint) => {
    if (!has(checkpoint.stream)) return;
    attested.set({ source: checkpoint.stream }, checkpoint.position);
    at.set({ source: checkpoint.stream }, checkpoint.atMs / 1_000);
  };
  return {
    setChains(chains) {
      for (const { stream, position: end } of chains) if (has(stream)) position.set({ source: stream }, end);
    },
    onCheckpoint,
    onRound({ stream, checkpoint, failure }, nowMs) {
      if (!has(stream)) return;
      attention.set({ source: stream }, failure === null ? 0 : 1);
      const isAttested = checkpoint?.kind === 'written' || checkpoint?.kind === 'unchanged';
      if (isAttested && checkpoint.complete) {
        onCheckpoint({ stream, position: checkpoint.position, atMs: nowMs });
      }
    },
  };
}
