import { waitAtMost } from '../../../settings/ambient/deadline.ts';
import { describeError } from '../../../settings/ambient/describe-error.ts';
import { every } from '../../../settings/ambient/every.ts';
import type { Ambient } from '../../ambient/ambient.ts';
import type { AuditReader } from '../../audit/audit-reader.ts';
import { type Checkpoint, parseCheckpoint } from '../../audit/checkpoint/checkpoint.ts';
import { createCheckpointKeys } from '../../audit/checkpoint/checkpoint-keys.ts';
import type { CheckpointSink } from '../../audit/checkpoint/checkpoint-sink.ts';
import { maintainAudit, type StreamMaintenance } from '../../audit/checkpoint/maintain-audit.ts';
import { createS3Sink, type S3SinkOptions } from '../../audit/checkpoint/s3-sink.ts';
import { checkCheckpointDirectory } from './check-checkpoint-directory.ts';
import { createDirectorySink } from './directory-sink.ts';
import type { NodeStores } from './stores.ts';

/**
 * How the audit trail is taken care of.
 *
 * @property retentionMs how long records are kept; null: for ever.
 * @property checkpoints where they go, and `whsk_…` or `whsec_…` to sign them, former keys behind it; null: none.
 */
export type AuditCare = {
  readonly retentionMs: number | null;
  readonly everyMs: number;
  readonly checkpoints: { readonly secret: string; readonly place: CheckpointPlace } | null;
};

export type CheckpointPlace =
  | { readonly kind: 'directory'; readonly directory: string }
  | ({ readonly kind: 's3' } & Pick<S3SinkOptions, 'bucketUrl' | 'region' | 'prefix' | 'credentials'>);

/** Told how far chains are attested: by what is there at the start, and by each round. */
type MaintenanceObserver = {
  onCheckpoint(checkpoint: Pick<Checkpoint, 'stream' | 'position' | 'atMs'>): void;
  onRound(report: StreamMaintenance, nowMs: number): void;
};

type NodeMaintenance = {
  start(): void;
  /** Stops the clockwork and does one more round, for at most `graceMs`. */
  close(graceMs: number): Promise<void>;
};

/**
 * Checkpoints and retention of the audit trail by the clock; rounds never overlap.
 *
 * @throws when the secret or the place of the checkpoints is not usable.
 */
export async function createNodeMaintenance(
  { reader, audit }: Pick<NodeStores, 'reader' | 'audit'>,
  care: AuditCare,
  ambient: Ambient,
  watched: MaintenanceObserver | null = null,
): Promise<NodeMaintenance> {
  const { log, clock } = ambient;
  const checkpoints = care.checkpoints && {
    sink: sinkOf(care.checkpoints.place, ambient),
    remembered: new Map(),
    ...(await createCheckpointKeys(care.checkpoints.secret)),
  };
  const idle = checkpoints === null && care.retentionMs === null;
  let endRounds = () => {};
  let round: Promise<void> = Promise.resolve();

  /** Never rejects. */
  const takeCare = async () => {
    try {
      const { retentionMs } = care;
      const reports = await maintainAudit({
        reader,
        prune: audit.prune,
        checkpoints,
        trustBus: false,
        retentionMs,
        clock,
        log,
      });
      for (const report of reports) watched?.onRound(report, clock.nowMs());
    } catch (error) {
      log.error({ cause: describeError(error) }, 'the audit trail could not be taken care of');
    }
  };
  return {
    start: () => {
      if (idle) return;
      if (checkpoints !== null && watched !== null) void tellNewest(reader, checkpoints.sink, watched);
      endRounds = every(clock, care.everyMs, () => {
        round = takeCare();
        return round;
      });
    },
    close: async (graceMs) => {
      endRounds();
      if (!idle) await waitAtMost(clock, graceMs, round.then(takeCare));
    },
  };
}

/** Never rejects: a second place that cannot be read is told by the first round, which looks again. */
async function tellNewest(
  reader: Pick<AuditReader, 'streams'>,
  sink: CheckpointSink,
  { onCheckpoint }: MaintenanceObserver,
): Promise<void> {
  try {
    for (const stream of await reader.streams()) {
      const kept = await sink.latest(stream);
      const checkpoint = kept === null ? null : parseCheckpoint(kept.bytes);
      if (checkpoint?.stream === stream) onCheckpoint(checkpoint);
    }
  } catch {
    return;
  }
}

function sinkOf(place: CheckpointPlace, { fetch, clock }: Ambient): CheckpointSink {
  if (place.kind === 'directory') {
    checkCheckpointDirectory(place.directory);
    return createDirectorySink(place.directory);
  }
  return createS3Sink({ ...place, fetch, clock });
}
