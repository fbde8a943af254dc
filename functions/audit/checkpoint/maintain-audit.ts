import type { Signer } from '../../../protocol/signature/sign.ts';
import type { Clock } from '../../../settings/ambient/clock.ts';
import { describeError } from '../../../settings/ambient/describe-error.ts';
import type { Log } from '../../ambient/log.ts';
import type { AuditReader } from '../audit-reader.ts';
import type { CheckpointKeys } from './checkpoint-keys.ts';
import type { CheckpointSink } from './checkpoint-sink.ts';
import type { RememberedCheckpoints } from './previous-checkpoint.ts';
import { type CheckpointOutcome, writeCheckpoint } from './write-checkpoint.ts';

/**
 * @property prune removes the records of a stream that are older than a time (milliseconds since the epoch), and says
 *   how many that were; the signer is that of the checkpoints.
 * @property checkpoints the second place and the keys; null: nothing is signed, only old records are removed.
 *   `remembered`: given again in every round of one process.
 * @property trustBus whether events may have come over a bus, and so without a signature that was verified. Elsewhere a
 *   record of such an event was made up, and is not signed for.
 * @property retentionMs how long records are kept; null: for ever.
 * @property maxRecords how many records of a stream one round verifies at most. What is left is for the next round, and
 *   nothing is removed until then. @default 200000
 */
export type MaintainAuditDeps = {
  readonly reader: Pick<AuditReader, 'streams' | 'chain'>;
  readonly prune: (stream: string, olderThanMs: number, signer: Signer | null) => Promise<number>;
  readonly checkpoints:
    | (CheckpointKeys & { readonly sink: CheckpointSink; readonly remembered?: RememberedCheckpoints })
    | null;
  readonly trustBus: boolean;
  readonly retentionMs: number | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly maxRecords?: number;
};

/**
 * @property checkpoint null where nothing is signed, or it failed.
 * @property removed by the retention.
 * @property failure one line; null when all went well.
 */
export type StreamMaintenance = {
  readonly stream: string;
  readonly checkpoint: CheckpointOutcome | null;
  readonly removed: number;
  readonly failure: string | null;
};

const MAX_RECORDS = 200_000;

/**
 * One round of care for the audit trail, to be run about every hour: for every stream, sign how far it has grown, then
 * remove what is older than the retention. Nothing is removed before it is covered by a checkpoint, nor from a chain
 * that does not continue the last one. A stream that fails does not keep the others from their turn.
 *
 * @throws when not even the streams can be read.
 */
export async function maintainAudit(deps: MaintainAuditDeps): Promise<readonly StreamMaintenance[]> {
  const reports: StreamMaintenance[] = [];
  for (const stream of await deps.reader.streams()) {
    const report = await maintainStream(stream, deps);
    tell(deps.log, report);
    reports.push(report);
  }
  return reports;
}

async function maintainStream(stream: string, deps: MaintainAuditDeps): Promise<StreamMaintenance> {
  let checkpoint: CheckpointOutcome | null = null;
  try {
    if (deps.checkpoints !== null) {
      checkpoint = await writeCheckpoint(stream, { maxRecords: MAX_RECORDS, ...deps, ...deps.checkpoints });
    }
    const failure = checkpoint === null ? null : obstacle(checkpoint);
    if (failure !== null) return { stream, checkpoint, removed: 0, failure };
    const signer = deps.checkpoints?.signer ?? null;
    const removed =
      deps.retentionMs === null ? 0 : await deps.prune(stream, deps.clock.nowMs() - deps.retentionMs, signer);
    return { stream, checkpoint, removed, failure: null };
  } catch (error) {
    return { stream, checkpoint, removed: 0, failure: describeError(error) };
  }
}

/** Why nothing may be removed yet. */
function obstacle(checkpoint: CheckpointOutcome): string | null {
  switch (checkpoint.kind) {
    case 'empty':
      return null;
    case 'written':
    case 'unchanged':
      return checkpoint.complete
        ? null
        : `verified up to position ${checkpoint.position}, the rest is to follow`;
    case 'broken': {
      const { kind, position, what } = checkpoint.fault;
      return `the chain is broken at position ${position} (${kind}): ${what}`;
    }
  }
}

function tell(log: Log, { stream, checkpoint, removed, failure }: StreamMaintenance): void {
  const position = checkpoint !== null && 'position' in checkpoint ? checkpoint.position : null;
  if (failure !== null) log.error({ stream, position, cause: failure }, 'the audit trail needs attention');
  else if (checkpoint?.kind === 'written' && checkpoint.first) {
    // Once a stream. Later it means that the second place was emptied, or is another one.
    log.warn({ stream, position, removed }, 'the audit trail was attested for the first time');
  } else if (checkpoint?.kind === 'written' || removed > 0) {
    log.info({ stream, position, removed }, 'the audit trail was attested');
  }
}
