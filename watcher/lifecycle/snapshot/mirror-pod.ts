import { objectName } from './bounded-field.ts';
import { digestHex } from './digest.ts';
import { isRecord, records } from './json-field.ts';

const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';
const HASH_ANNOTATION = 'kubernetes.io/config.hash';

const SCHEME = 'offhook.v1.mirror';
/** 128 bits in hex. */
const DIGEST_LENGTH = 32;
const MIRROR_KEY = /^mirror-[0-9a-f]{32}$/;

/**
 * The `config.hash` of a mirror Pod, the shadow that a kubelet makes of a static Pod; null for any other Pod.
 *
 * Anybody who may create Pods can write the two annotations. They count only where they agree, where the name ends in
 * the node's, as the kubelet makes it, and where nothing but the Pod's Node owns it. No owner at all passes: kubelets
 * before 1.17 wrote none, and nothing rests on it, since an owner is as easily written as the rest. What does protect
 * others is {@link mirrorKey}.
 *
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/static-pod/
 */
export function mirrorHash(metadata: Record<string, unknown>, node: string | null): string | null {
  const annotations = isRecord(metadata.annotations) ? metadata.annotations : {};
  const hash = objectName(annotations[HASH_ANNOTATION]);
  if (hash === null || annotations[MIRROR_ANNOTATION] !== hash || node === null) return null;
  if (typeof metadata.name !== 'string' || !metadata.name.endsWith(`-${node}`)) return null;
  return isOwnedByNode(metadata.ownerReferences, node) ? hash : null;
}

function isOwnedByNode(references: unknown, node: string): boolean {
  const owners = records(references);
  return owners.length === 0 || owners.every(({ kind, name }) => kind === 'Node' && name === node);
}

/**
 * What a mirror Pod is known by, and its `pod.uid` in events: it comes back under another UID, and two nodes can run
 * one manifest, so one hash. Derived from namespace, name and hash, `mirror-` and 32 hex digits of
 * `sha256("offhook.v1.mirror" \0 namespace \0 name \0 hash)`: whoever writes annotations reaches no other Pod.
 */
export function mirrorKey(pod: {
  readonly namespace: string;
  readonly name: string;
  readonly hash: string;
}): string {
  return `mirror-${digestHex(SCHEME, pod.namespace, pod.name, pod.hash).slice(0, DIGEST_LENGTH)}`;
}

/** Whether a text has the form of {@link mirrorKey}; no UID that an API server makes does. */
export function isMirrorKey(text: string): boolean {
  return MIRROR_KEY.test(text);
}
