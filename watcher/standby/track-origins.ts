import type { BatchOrigin, LifecycleJournal } from '../ingest/lifecycle-journal.ts';
import type { BatchSink, SourceBatch } from '../source/sink/source-batch.ts';
import type { HandoverStore, Stream } from './handover-store.ts';

export type OriginTracker<J> = {
  readonly journal: J;
  sink(into: BatchSink): BatchSink;
  /** Where what is being committed comes from; null outside of a batch, and where it cannot be told. */
  current(): BatchOrigin | null;
};

/**
 * Writes into the journal, with each batch of events, from which part of the cluster's history they follow. The two
 * ends belong together: what `sink` accepts and `journal` commits meanwhile is one batch.
 *
 * @param streams all that are followed
 */
export function trackOrigins<J extends LifecycleJournal & HandoverStore>(
  inner: J,
  streams: readonly Stream[],
): OriginTracker<J> {
  let current: BatchOrigin | null = null;

  /** A journal from before there was a standby, or which followed other namespaces: every change is followed from here. */
  function followAll({ resumePoint }: BatchSink): void {
    for (const stream of streams) {
      const point = resumePoint(stream);
      if (point !== null && inner.followedSince(stream) === null) inner.followFrom(stream, point);
    }
  }

  return {
    current: () => current,
    journal: {
      ...inner,
      // What the leader has delivered already is settled before anybody can find it due.
      commit: (batch) =>
        inner.commit({ ...batch, mayWait: false, ...(current !== null && { origin: current }) }),
    },
    sink(into) {
      followAll(into);
      return {
        resumePoint: (stream) => into.resumePoint(stream),
        accept(batch) {
          const begun = beginning(batch);
          if (begun !== null) inner.followFrom(batch.stream, begun);
          current = originOf(batch, into.resumePoint(batch.stream));
          try {
            into.accept(batch);
            if (batch.kind === 'listed' && batch.why === 'expired')
              inner.listedUpTo(batch.stream, batch.resourceVersion);
          } finally {
            current = null;
          }
        },
      };
    },
  };
}

/** Where the stream of a batch begins anew: what happened before is not known change by change. */
function beginning(batch: SourceBatch): string | null {
  if (batch.kind === 'listed' && batch.why !== 'resync') return batch.resourceVersion;
  if (batch.kind === 'notices' && batch.listed) return batch.resourceVersion;
  return null;
}

function originOf(batch: SourceBatch, after: string | null): BatchOrigin | null {
  switch (batch.kind) {
    case 'changes':
    case 'listed':
    case 'notices': {
      const { stream, resourceVersion: upTo } = batch;
      return after === null || upTo === null ? null : { stream, after, upTo };
    }
    // Up to where it reaches is known when the list is complete.
    case 'page':
      return batch.why !== 'expired' || after === null ? null : { stream: batch.stream, after, upTo: null };
    // When what the watch has missed happened is not known: such events are never taken for delivered elsewhere.
    case 'missed':
      return null;
    default:
      return batch satisfies never;
  }
}
