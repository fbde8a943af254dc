/**
 * Comparing resourceVersions, which is allowed for one resource of one cluster since Kubernetes 1.35: decimal, no
 * leading zero, up to 128 bits. Never a Number: they outgrow 53 bits. Where one is not of that form, only equality
 * can be told.
 *
 * @see https://github.com/kubernetes/enhancements/tree/master/keps/sig-api-machinery/5504-comparable-resource-version
 */
const WELL_FORMED = /^[1-9][0-9]{0,38}$/;

/** @returns negative, 0 or positive as `a` is older than, equal to or newer than `b`; null when it cannot be told. */
export function compareResourceVersions(a: string, b: string): number | null {
  if (a === b) return 0;
  if (!WELL_FORMED.test(a) || !WELL_FORMED.test(b)) return null;
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : 1;
}

/** The position right before a change; null where age cannot be told. */
export function positionBefore(version: string): string | null {
  return WELL_FORMED.test(version) ? String(BigInt(version) - 1n) : null;
}

/** True when `a` adds something to `b`: newer, or different where age cannot be told. */
export function isNewer(a: string, b: string): boolean {
  const order = compareResourceVersions(a, b);
  return order === null || order > 0;
}

/** True only when `a` is known to be older than `b`. */
export function isOlder(a: string, b: string): boolean {
  const order = compareResourceVersions(a, b);
  return order !== null && order < 0;
}

/** True only when `position` is known to be at or past `target`. */
export function hasReached(position: string, target: string): boolean {
  const order = compareResourceVersions(position, target);
  return order !== null && order >= 0;
}
