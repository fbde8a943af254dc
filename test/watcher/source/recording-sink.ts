import type { BatchSink, SourceBatch } from '../../../watcher/source/sink/source-batch.ts';

export interface RecordingSink extends BatchSink {
  readonly batches: readonly SourceBatch[];
  /** Refuse this many batches from now on. */
  refuse(count: number): void;
  /** One short line a batch: what the tests compare. */
  told(): string[];
}

/** A sink that keeps batches, and the resume points they allow, in memory. */
export function createRecordingSink(resumePoints: Readonly<Record<string, string>> = {}): RecordingSink {
  const points = new Map<string, string>(Object.entries(resumePoints));
  const batches: SourceBatch[] = [];
  let refusals = 0;
  return {
    batches,
    accept(batch) {
      if (refusals > 0) {
        refusals -= 1;
        throw new Error('disk full');
      }
      // They change with the watch that follows the list.
      batches.push(batch.kind === 'listed' ? { ...batch, keys: new Set(batch.keys) } : batch);
      if ('resourceVersion' in batch && batch.resourceVersion !== null)
        points.set(batch.stream, batch.resourceVersion);
    },
    resumePoint: (stream) => points.get(stream) ?? null,
    refuse(count) {
      refusals = count;
    },
    told: () => batches.flatMap(describe),
  };
}

function describe(batch: SourceBatch): string[] {
  switch (batch.kind) {
    case 'changes':
      if (batch.changes.length === 0) return [`bookmark @${batch.resourceVersion}`];
      return batch.changes.map(({ kind, pod }) => `${kind} ${pod.key}@${pod.resourceVersion}`);
    case 'page':
      return batch.pods.map((pod) => `${batch.why}: ${pod.key}@${pod.resourceVersion}`);
    case 'listed':
      return [`listed ${batch.why}: ${[...batch.keys].sort().join(' ')} @${batch.resourceVersion}`];
    case 'missed':
      return [
        ...batch.seen.map((pod) => `missed ${pod.key}@${pod.resourceVersion}`),
        ...batch.gone.map((key) => `missed deletion of ${key}`),
      ];
    case 'notices': {
      const origin = batch.listed ? 'listed' : 'told';
      const notices = batch.notices.map((notice) => `${origin} ${notice.reason} ${notice.container}`);
      return batch.resourceVersion === null ? notices : [...notices, `events @${batch.resourceVersion}`];
    }
    default:
      return batch satisfies never;
  }
}
