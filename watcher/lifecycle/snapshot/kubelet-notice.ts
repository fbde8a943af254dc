import type { ContainerKind } from '../../../protocol/event/lifecycle-event.ts';
import { asDnsLabel, count, eventUid, objectName, uid } from './bounded-field.ts';
import { isRecord } from './json-field.ts';
import { shownTime } from './kubernetes-time.ts';

/** The kubelet Events Offhook reads. Their messages are never parsed. */
const NOTICE_REASONS = ['Killing', 'FailedPostStartHook', 'FailedPreStopHook'] as const;
type NoticeReason = (typeof NOTICE_REASONS)[number];

/** One occurrence of a kubelet Event about one container of a Pod. */
export type KubeletNotice = {
  readonly reason: NoticeReason;
  /** As the kubelet knows the Pod: of a static Pod its `config.hash`. */
  readonly podUid: string;
  readonly namespace: string;
  readonly podName: string;
  /** Where the kubelet runs that says it wrote the Event. */
  readonly node: string;
  readonly container: string;
  /** As far as the Event tells: a sidecar counts as `init` here. */
  readonly containerKind: ContainerKind;
  readonly eventUid: string;
  /** Occurrences so far; the kubelet counts repetitions up in the same Event. */
  readonly count: number;
  /** RFC 3339. */
  readonly lastTimestamp: string | null;
  readonly resourceVersion: string;
};

/**
 * - `notice`: one that is read.
 * - `other`: not one of {@link NOTICE_REASONS} about a container of a Pod.
 * - `implausible`: it says that it is one, and no kubelet can have written it; `why` quotes nothing of it.
 */
type NoticeRead =
  | { readonly kind: 'notice'; readonly notice: KubeletNotice }
  | { readonly kind: 'other' }
  | { readonly kind: 'implausible'; readonly why: string };

type Fields = Record<string, unknown>;

/** The container's name is checked apart: here it may be of any length. */
const FIELD_PATH = /^spec\.(containers|initContainers|ephemeralContainers)\{([^{}]+)\}$/;
const KIND_OF_FIELD: Readonly<Record<string, ContainerKind>> = {
  containers: 'app',
  initContainers: 'init',
  ephemeralContainers: 'ephemeral',
};

const KUBELET = 'kubelet';

/** The notice of {@link readNotice}; null when there is none. */
export function projectNotice(event: unknown): KubeletNotice | null {
  const read = readNotice(event);
  return read.kind === 'notice' ? read.notice : null;
}

/**
 * Reads an Event of core/v1 or events.k8s.io/v1 (the same objects by other names). Anybody with the right to create
 * Events can write one, so each fact is held against the others; whether the Pod is as it says, is for who knows the
 * Pod. Never throws.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
export function readNotice(event: unknown): NoticeRead {
  if (!isRecord(event) || !isRecord(event.metadata)) return OTHER;
  const about = isRecord(event.involvedObject) ? event.involvedObject : event.regarding;
  const reason = NOTICE_REASONS.find((known) => known === event.reason);
  if (!reason || !isRecord(about) || about.kind !== 'Pod') return OTHER;
  const path = typeof about.fieldPath === 'string' ? about.fieldPath : '';
  const [, field = '', named] = FIELD_PATH.exec(path) ?? [];
  if (named === undefined) return OTHER;
  const { metadata } = event;
  const node = kubeletNode(event);
  const container = asDnsLabel(named);
  const podUid = uid(about.uid);
  const namespace = asDnsLabel(about.namespace);
  const podName = objectName(about.name);
  const id = eventUid(metadata.uid);
  if (node === null) return implausible('it does not say that the kubelet of one node wrote it');
  if (container === null) return implausible('it names a container that no Pod can have');
  if (podUid === null || podName === null || namespace === null || id === null)
    return implausible('it names no Pod that there can be');
  if (metadata.namespace !== namespace)
    return implausible('it is about a Pod of another namespace than its own');
  const notice: KubeletNotice = {
    reason,
    podUid,
    namespace,
    podName,
    node,
    container,
    containerKind: KIND_OF_FIELD[field] ?? 'app',
    eventUid: id,
    ...occurrence(event),
    resourceVersion: objectName(metadata.resourceVersion) ?? '',
  };
  return { kind: 'notice', notice };
}

const OTHER: NoticeRead = { kind: 'other' };

function implausible(why: string): NoticeRead {
  return { kind: 'implausible', why };
}

/** The node whose kubelet wrote the Event: every field that says who must say so, and they must agree. */
function kubeletNode(event: Fields): string | null {
  const source = recordOf(event.source ?? event.deprecatedSource);
  const components = said(source.component, event.reportingComponent, event.reportingController);
  const [node, ...others] = said(source.host, event.reportingInstance);
  if (components.length === 0 || components.some((component) => component !== KUBELET)) return null;
  return others.every((other) => other === node) ? objectName(node) : null;
}

/** How often, and when last; a series (Events since 1.19) counts for itself. */
function occurrence(event: Fields): Pick<KubeletNotice, 'count' | 'lastTimestamp'> {
  const series = recordOf(event.series);
  return {
    count: count(series.count) || count(event.count) || count(event.deprecatedCount) || 1,
    lastTimestamp:
      shownTime(series.lastObservedTime) ??
      shownTime(event.lastTimestamp) ??
      shownTime(event.deprecatedLastTimestamp) ??
      shownTime(event.eventTime),
  };
}

function recordOf(value: unknown): Fields {
  return isRecord(value) ? value : {};
}

/** Values that are there: absent ones are null or empty in Kubernetes. */
function said(...values: readonly unknown[]): readonly unknown[] {
  return values.filter((value) => value !== undefined && value !== null && value !== '');
}
