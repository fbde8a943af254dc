import type { KnownPod } from './known-pod.ts';
import type { KubeletNotice } from './snapshot/kubelet-notice.ts';
import { mirrorKey } from './snapshot/mirror-pod.ts';

/**
 * - `known`: the Pod that the Event is about, as everything that the Event says of it agrees.
 * - `unknown`: no Pod by that UID, or one that is known on no node yet.
 * - `implausible`: there is such a Pod, and the Event says something else of it.
 */
type NoticeMatch =
  | { readonly kind: 'known'; readonly key: string; readonly pod: KnownPod }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'implausible'; readonly why: string };

/**
 * The Pod of a kubelet Event. Who may create Events may name any UID, so namespace, name and node must be those of the
 * known Pod. The kubelet knows a static Pod by its `config.hash`; the UID of the mirror Pod is as good.
 */
export function matchNotice(
  notice: KubeletNotice,
  pods: {
    known(key: string): KnownPod | null;
    /** The key of the mirror Pod with this metadata.uid. */
    mirrorByUid(uid: string): string | null;
  },
): NoticeMatch {
  const { namespace, podName: name, podUid } = notice;
  const keys = [podUid, mirrorKey({ namespace, name, hash: podUid }), pods.mirrorByUid(podUid)];
  for (const key of keys) {
    const pod = key === null ? null : pods.known(key);
    // A mirror Pod is not known by what it is keyed with.
    if (key === null || pod === null || (key === podUid && pod.mirror)) continue;
    const { pod: facts } = pod;
    if (facts.namespace !== namespace || facts.name !== name)
      return implausible('its namespace and name are not those of the Pod with that UID');
    // Of one that is gone the node will not become known any more: what lay in between is in a declared gap.
    if (facts.node === null && !pod.departed) return { kind: 'unknown' };
    if (facts.node !== null && facts.node !== notice.node)
      return implausible('the kubelet of another node than the Pod is on wrote it');
    return { kind: 'known', key, pod };
  }
  return { kind: 'unknown' };
}

function implausible(why: string): NoticeMatch {
  return { kind: 'implausible', why };
}
