import type { KubeletNotice } from '../lifecycle/snapshot/kubelet-notice.ts';
import type { StreamName } from '../source/sink/source-batch.ts';
import { createEventPosition } from './event-position.ts';
import type { JournalBatch, LifecycleJournal } from './lifecycle-journal.ts';

type ResumePoints = JournalBatch['resumePoints'];

/** How far both streams were read, and how far that is stored. */
export interface StreamPositions {
  /** Where reading goes on; null before the first complete list. */
  resumePoint(stream: StreamName): string | null;
  /** Pods were read up to here. */
  podsRead(upTo: string): void;
  /**
   * Events were read; see {@link createEventPosition}.
   *
   * @param held what waits for its Pod, this batch's included
   */
  eventsRead(upTo: string | null, held: readonly KubeletNotice[]): void;
  /** What is to be stored now, given the Events that still wait for their Pods. */
  unstored(held: readonly KubeletNotice[]): ResumePoints;
  stored(points: ResumePoints): void;
  /** What was read and not stored is void: it comes again. */
  reset(): void;
}

export function createStreamPositions(journal: Pick<LifecycleJournal, 'resumePoint'>): StreamPositions {
  const inJournal = (stream: StreamName) => journal.resumePoint(stream)?.resourceVersion ?? null;
  const events = createEventPosition(inJournal('events'));
  let unstoredPods: string | null = null;
  return {
    resumePoint: (stream) =>
      stream === 'events' ? events.resumePoint() : (unstoredPods ?? inJournal('pods')),
    podsRead(upTo) {
      unstoredPods = upTo;
    },
    eventsRead: events.read,
    unstored(held) {
      const unstoredEvents = events.unstored(held);
      return [
        ...(unstoredPods === null ? [] : [{ stream: 'pods' as const, resourceVersion: unstoredPods }]),
        ...(unstoredEvents === null ? [] : [{ stream: 'events' as const, resourceVersion: unstoredEvents }]),
      ];
    },
    stored(points) {
      unstoredPods = null;
      for (const { stream, resourceVersion } of points)
        if (stream === 'events') events.stored(resourceVersion);
    },
    reset() {
      unstoredPods = null;
      events.reset();
    },
  };
}
