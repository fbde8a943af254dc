import type { KubeletNotice } from './snapshot/kubelet-notice.ts';

/**
 * Pods and Events are two streams without a common order. The one that lags is rarely behind by more than seconds; a
 * half-open watch of Pods is noticed after 100 s of silence, and a list may follow.
 */
export const HOLD_MS = 300_000;
/** Held in all, and of one namespace, so that who writes Events there cannot crowd out those of others. */
const MOST_HELD = 1_000;
const MOST_OF_NAMESPACE = 50;

/** Failed hooks whose Pod is not known yet, until it is or their time is over. */
interface HeldNotices {
  /** False when there is no room. The same occurrence again changes nothing. */
  hold(notice: KubeletNotice): boolean;
  release(notice: KubeletNotice): void;
  all(): readonly KubeletNotice[];
  /** Whether it was held for {@link HOLD_MS}; its time begins with the first such question. */
  isOverdue(notice: KubeletNotice, steadyMs: number): boolean;
  clear(): void;
}

export function createHeldNotices(): HeldNotices {
  const held = new Map<string, { readonly notice: KubeletNotice; sinceMs: number | null }>();

  const ofNamespace = (namespace: string): number =>
    [...held.values()].filter(({ notice }) => notice.namespace === namespace).length;

  return {
    hold(notice) {
      const key = occurrenceOf(notice);
      if (held.has(key)) return true;
      if (held.size >= MOST_HELD || ofNamespace(notice.namespace) >= MOST_OF_NAMESPACE) return false;
      held.set(key, { notice, sinceMs: null });
      return true;
    },
    release: (notice) => void held.delete(occurrenceOf(notice)),
    all: () => [...held.values()].map(({ notice }) => notice),
    isOverdue(notice, steadyMs) {
      const entry = held.get(occurrenceOf(notice));
      if (entry === undefined) return true;
      entry.sinceMs ??= steadyMs;
      return steadyMs - entry.sinceMs >= HOLD_MS;
    },
    clear: () => held.clear(),
  };
}

/** What tells the occurrences of kubelet Events apart. */
export function occurrenceOf({ eventUid, count }: KubeletNotice): string {
  return `${eventUid}/${count}`;
}
