import { asDnsLabel, eventUid, objectName } from '../lifecycle/snapshot/bounded-field.ts';
import { isRecord } from '../lifecycle/snapshot/json-field.ts';
import { type KubeletNotice, readNotice } from '../lifecycle/snapshot/kubelet-notice.ts';
import type { Collection } from './api/collection-path.ts';
import { compareResourceVersions, isNewer } from './api/resource-version.ts';
import type { ObjectChange } from './api/watch-message.ts';
import type { Feed } from './reflector/feed.ts';
import type { AsideObject, SetAside } from './sink/set-aside.ts';
import type { BatchSink } from './sink/source-batch.ts';
import { streamOf } from './sink/stream-name.ts';

/**
 * The most frequent reasons, left out by the server. A field selector can say "and" but not "or": naming the three
 * wanted reasons would take three watches with a resume point each. What still comes is chosen in process.
 */
const UNWANTED_REASONS = [
  'Scheduled',
  'FailedScheduling',
  'Pulling',
  'Pulled',
  'Created',
  'Started',
  'BackOff',
  'Unhealthy',
];

/** @see https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/registry/core/event/strategy.go */
export const NOTICE_SELECTOR = [
  'involvedObject.kind=Pod',
  ...UNWANTED_REASONS.map((name) => `reason!=${name}`),
].join();

/**
 * Turns what the reflector reads about Events into batches of kubelet notices.
 *
 * The API server has no watch cache for Events, so their watch has no bookmarks, and the resume point of a quiet one
 * expires within minutes. The list that follows is then how news is read: what in it is newer than the resume point is
 * told as the watch would have told it.
 */
export function createEventFeed({
  collection,
  sink,
  node,
  setAside,
}: {
  readonly collection: Collection;
  readonly sink: BatchSink;
  /** Only what the kubelet of this node tells; null: all. No field selector can ask for that. */
  readonly node: string | null;
  readonly setAside: SetAside;
}): Feed<KubeletNotice> {
  const stream = streamOf('events', collection.namespace);
  function accept(notices: readonly KubeletNotice[], listed: boolean, resourceVersion: string | null): void {
    sink.accept({ stream, kind: 'notices', notices, listed, resourceVersion });
  }
  /** While a list is made: where the watch had come to; null when no Event in the list is news. */
  let since: string | null = null;

  return {
    collection,
    expires: true,
    project(object) {
      const read = readNotice(object);
      if (read.kind === 'implausible') setAside.add(asideOf(object, read.why));
      if (read.kind !== 'notice' || (node !== null && read.notice.node !== node)) return null;
      return read.notice;
    },
    resumePoint: () => sink.resumePoint(stream),
    listStarted(why) {
      since = why === 'expired' ? sink.resumePoint(stream) : null;
    },
    listPage(changes) {
      const from = since;
      const isNews = ({ resourceVersion }: ObjectChange<KubeletNotice>) =>
        from !== null && isNewer(resourceVersion, from);
      const old = noticesOf(changes.filter((change) => !isNews(change)));
      const news = noticesOf(changes.filter(isNews).toSorted(byAge));
      if (old.length > 0) accept(old, true, null);
      if (news.length > 0) accept(news, false, null);
      return null;
    },
    listComplete: (resourceVersion) => accept([], true, resourceVersion),
    watchStarted() {},
    changed(changes, resourceVersion, hasBookmark) {
      const notices = noticesOf(changes);
      // Other Events alone are not worth a write; the next bookmark moves the resume point.
      if (notices.length > 0 || hasBookmark) accept(notices, false, resourceVersion);
    },
  };
}

function asideOf(object: unknown, why: string): AsideObject {
  const metadata = isRecord(object) && isRecord(object.metadata) ? object.metadata : {};
  const name = `${asDnsLabel(metadata.namespace) ?? ''}/${objectName(metadata.name) ?? ''}`;
  return { resource: 'events', reason: 'implausible', key: eventUid(metadata.uid) ?? name, name, why };
}

/** A list is sorted by name. */
function byAge(a: ObjectChange<KubeletNotice>, b: ObjectChange<KubeletNotice>): number {
  return compareResourceVersions(a.resourceVersion, b.resourceVersion) ?? 0;
}

/** An Event is deleted when its hour is over; that is no news. */
function noticesOf(changes: readonly ObjectChange<KubeletNotice>[]): KubeletNotice[] {
  return changes.flatMap(({ item, deleted }) => (item === null || deleted ? [] : item));
}
