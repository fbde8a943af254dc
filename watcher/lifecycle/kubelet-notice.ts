import type { ContainerKind } from '../../protocol/lifecycle-event.ts';
import { integer, isRecord, text } from './json-field.ts';
import { instant } from './kubernetes-time.ts';

/** The kubelet Events Offhook reads. Their messages are never parsed. */
export const NOTICE_REASONS = ['Killing', 'FailedPostStartHook', 'FailedPreStopHook'] as const;
export type NoticeReason = (typeof NOTICE_REASONS)[number];

/** One occurrence of a kubelet Event about one container of a Pod. */
export type KubeletNotice = {
  readonly reason: NoticeReason;
  readonly podUid: string;
  readonly namespace: string;
  readonly podName: string;
  /** Where the kubelet runs that wrote the Event; null when the Event does not tell. */
  readonly node: string | null;
  readonly container: string;
  /** As far as the Event tells: a sidecar counts as `init` here. */
  readonly containerKind: ContainerKind;
  readonly eventUid: string;
  /** Occurrences so far; the kubelet counts repetitions up in the same Event. */
  readonly count: number;
  /** RFC 3339, whole seconds. */
  readonly lastTimestamp: string | null;
  readonly resourceVersion: string;
};

const FIELD_PATH = /^spec\.(containers|initContainers|ephemeralContainers)\{([^{}]+)\}$/;
const KIND_OF_FIELD: Readonly<Record<string, ContainerKind>> = {
  containers: 'app',
  initContainers: 'init',
  ephemeralContainers: 'ephemeral',
};

/**
 * Reads an Event of core/v1 or events.k8s.io/v1 (the same object by other names); null when it is not one of {@link NOTICE_REASONS} about a container of a Pod.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
export function projectNotice(event: unknown): KubeletNotice | null {
  if (!isRecord(event) || !isRecord(event.metadata)) return null;
  const reason = NOTICE_REASONS.find((known) => known === event.reason);
  const involved = recordOf(event.involvedObject ?? event.regarding);
  const source = recordOf(event.source ?? event.deprecatedSource);
  const [, field, container] = FIELD_PATH.exec(text(involved.fieldPath) ?? '') ?? [];
  const podUid = text(involved.uid);
  const eventUid = text(event.metadata.uid);
  if (!reason || involved.kind !== 'Pod' || !container || !field || !podUid || !eventUid) return null;
  return {
    reason,
    podUid,
    namespace: text(involved.namespace) ?? '',
    podName: text(involved.name) ?? '',
    node: text(source.host) ?? text(event.reportingInstance),
    container,
    containerKind: KIND_OF_FIELD[field] ?? 'app',
    eventUid,
    ...occurrence(event),
    resourceVersion: text(event.metadata.resourceVersion) ?? '',
  };
}

/** How often, and when last; a series (Events since 1.19) counts for itself. */
function occurrence(event: Record<string, unknown>): Pick<KubeletNotice, 'count' | 'lastTimestamp'> {
  const series = recordOf(event.series);
  return {
    count: integer(series.count) || integer(event.count) || integer(event.deprecatedCount) || 1,
    lastTimestamp:
      instant(series.lastObservedTime) ??
      instant(event.lastTimestamp) ??
      instant(event.deprecatedLastTimestamp) ??
      instant(event.eventTime),
  };
}

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
