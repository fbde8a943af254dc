import type { BatchOrigin, LifecycleJournal } from '../ingest/lifecycle-journal.ts';
import type { BatchSink, SourceBatch } from '../source/sink/source-batch.ts';
import type { HandoverStore, Stream } from './handover-store.ts';

const STREAMS: readonly Stream[] = ['pods', 'events'];

export type OriginTracker<J> = {
  readonly journal: J;
  sink(into: BatchSink): BatchSink;
  /** Where what is being committed comes from; null outside of a batch, and where it cannot be told. */
  current(): BatchOrigin | null;
};

/**
 * Writes into the journal, with each batch of events, from which part of the cluster's history they follow. The two
 * ends belong together: what `sink` accepts and `journal` commits meanwhile is one batch.
 */
export function trackOrigins<J extends LifecycleJournal & HandoverStore>(inner: J): OriginTracker<J> {
  let current: BatchOrigin | null = null;
  // A journal from before there was a standby: from here on every change is followed.
  for (const stream of STREAMS) {
    const point = inner.resumePoint(stream);
    if (point !== null && inner.followedSince(stream) === null) {
      inner.followFrom(stream, point.resourceVersion);
    }
  }
  return {
    current: () => current,
    journal: {
      ...inner,
      commit: (batch) => inner.commit(current === null ? batch : { ...batch, origin: current }),
    },
    sink: (into) => ({
      resumePoint: (stream) => into.resumePoint(stream),
      accept(batch) {
        const begun = beginning(batch);
        if (begun !== null) inner.followFrom(begun.stream, begun.at);
        current = originOf(batch, (stream) => into.resumePoint(stream));
        try {
          into.accept(batch);
          if (batch.kind === 'listed' && batch.why === 'expired') inner.listedUpTo(batch.resourceVersion);
        } finally {
          current = null;
        }
      },
    }),
  };
}

/** Where a stream begins anew: what happened before is not known change by change. */
function beginning(batch: SourceBatch): { readonly stream: Stream; readonly at: string } | null {
  if (batch.kind === 'listed' && batch.why !== 'resync') return { stream: 'pods', at: batch.resourceVersion };
  if (batch.kind === 'notices' && batch.listed && batch.resourceVersion !== null) {
    return { stream: 'events', at: batch.resourceVersion };
  }
  return null;
}

function originOf(batch: SourceBatch, resumePoint: (stream: Stream) => string | null): BatchOrigin | null {
  switch (batch.kind) {
    case 'changes':
    case 'listed':
      return between('pods', resumePoint('pods'), batch.resourceVersion);
    case 'notices':
      return between('events', resumePoint('events'), batch.resourceVersion);
    // Up to where it reaches is known when the list is complete.
    case 'page':
      return batch.why === 'expired' ? since('pods', resumePoint('pods')) : null;
    // When what the watch has missed happened is not known: such events are never taken for delivered elsewhere.
    case 'missed':
      return null;
    default:
      return batch satisfies never;
  }
}

function since(stream: Stream, after: string | null): BatchOrigin | null {
  return after === null ? null : { stream, after, upTo: null };
}

function between(stream: Stream, after: string | null, upTo: string | null): BatchOrigin | null {
  return after === null || upTo === null ? null : { stream, after, upTo };
}
