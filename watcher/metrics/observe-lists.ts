import type { BatchSink, ListReason } from '../source/sink/source-batch.ts';

/** The sink as it is, with someone who hears why each complete list of Pods was needed. */
export function observeLists(sink: BatchSink, onListed: (reason: ListReason) => void): BatchSink {
  return {
    resumePoint: (stream) => sink.resumePoint(stream),
    accept(batch) {
      sink.accept(batch);
      if (batch.kind === 'listed') onListed(batch.why);
    },
  };
}
