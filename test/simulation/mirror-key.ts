import { createHash } from 'node:crypto';

/** The key of a mirror Pod, worked out apart from the product by the words of docs/lifecycle.md. */
export function mirrorKeyOf(pod: {
  readonly namespace: string;
  readonly name: string;
  readonly hash: string;
}): string {
  const text = ['offhook.v1.mirror', pod.namespace, pod.name, pod.hash].join('\0');
  return `mirror-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}
