import type { HookSpec } from '../objects/hook-spec.ts';
import { urlOf } from './subscription-of.ts';

const LONGEST = 300;

/**
 * Where an object delivers to, as its status shows it: scheme and host alone, since path and query can be credentials.
 *
 * @param namespace of the Service.
 * @param secretUrl what a Secret says that the target is.
 * @returns null where nothing is known.
 */
export function describeTarget(namespace: string, spec: HookSpec, secretUrl: string | null): string | null {
  const { eventBridge } = spec.target;
  if (eventBridge !== undefined) return `eventbridge:${eventBridge.busName}`.slice(0, LONGEST);
  const url = URL.parse(secretUrl ?? urlOf(namespace, spec) ?? '');
  return url === null ? null : url.origin.slice(0, LONGEST);
}
