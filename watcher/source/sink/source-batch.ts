import type { KubeletNotice } from '../../lifecycle/snapshot/kubelet-notice.ts';
import type { PodSnapshot } from '../../lifecycle/snapshot/pod-snapshot.ts';
import type { EventStream, PodStream, StreamName } from './stream-name.ts';

/**
 * One Pod change as the watch told it. A DELETED event carries the last object, but with the resourceVersion of
 * the deletion.
 */
export type PodChange =
  | { readonly kind: 'seen'; readonly pod: PodSnapshot }
  | { readonly kind: 'gone'; readonly pod: PodSnapshot };

/** Why a list was needed. Only `expired` and `epochChanged` mean that history is missing. */
export type ListReason = 'start' | 'expired' | 'epochChanged' | 'resync';

/**
 * What the source hands over: of one stream in order, of several in any. All changes of `stream` up to `resourceVersion`
 * are in its batches so far, so the receiver of a batch may store that resourceVersion together with it, and only then.
 */
export type SourceBatch = PodBatch | NoticeBatch;

type PodBatch = { readonly stream: PodStream } & (
  | /** Changes read from the watch in one go; a bookmark is a batch without changes. */ {
      readonly kind: 'changes';
      readonly changes: readonly PodChange[];
      readonly resourceVersion: string;
    }
  | /** A part of a list in progress. Says nothing about Pods that are not in it, and moves no resourceVersion. */ {
      readonly kind: 'page';
      readonly why: ListReason;
      readonly pods: readonly PodSnapshot[];
    }
  | /** The list is complete: whatever is known of the stream's namespace and not in `keys` has vanished. */ {
      readonly kind: 'listed';
      readonly why: ListReason;
      /** {@link PodSnapshot.key} of every listed Pod. */
      readonly keys: ListedKeys;
      readonly resourceVersion: string;
    }
  | /** What a comparison with a full list showed the watch to have missed (a server fault); the watch goes on. */ {
      readonly kind: 'missed';
      readonly seen: readonly PodSnapshot[];
      readonly gone: readonly string[];
    }
);

/** Keys of Pods; of no use once the batch is accepted. Every Set is such. */
export type ListedKeys = Iterable<string> & Pick<ReadonlySet<string>, 'has'>;

/** Kubelet Events; `listed` when they come from a list and may have been told before, or be from before our time. */
type NoticeBatch = {
  readonly stream: EventStream;
  readonly kind: 'notices';
  readonly notices: readonly KubeletNotice[];
  readonly listed: boolean;
  readonly resourceVersion: string | null;
};

/**
 * Where batches go. Declared here, by its caller.
 *
 * - `accept` is synchronous and durable when it returns. When it throws, nothing of the batch was kept: the source
 *   stops reading, waits, and resumes from {@link resumePoint}.
 * - `resumePoint` is the last resourceVersion stored for a stream; null before the first complete list.
 */
export interface BatchSink {
  accept(batch: SourceBatch): void;
  resumePoint(stream: StreamName): string | null;
}
