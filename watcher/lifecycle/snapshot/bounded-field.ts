import { digestHex } from './digest.ts';
import { isRecord } from './json-field.ts';

/*
 * Readers for what others write. Whoever may create a Pod or an Event decides on its fields, so each has a limit of its
 * own. Free text is cut. Identities never are, since two that are cut may become one: what no identity of Kubernetes
 * can look like is told apart as such.
 */

/** Longest free text that is kept (image, reason), in UTF-16 units. */
const LONGEST_TEXT = 512;
/** More labels than this are not kept; Kubernetes sets no limit but the size of the object. */
const MOST_LABELS = 256;
/** int32, which is what the API has for counts and exit codes. */
const MOST_COUNT = 2 ** 31 - 1;

/** `metadata.uid`: the API server makes UUIDs; also room for a partition key with the longest container name. */
const UID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,62}$/;
/** `metadata.uid` of an Event. */
const EVENT_UID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
/** DNS-1123 subdomain: Pods, nodes; the length counts, the characters are left to the API server. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,252}$/;
/** DNS-1123 label: namespaces, containers. */
const LABEL_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const CONTAINER_ID = /^[\x21-\x7e]{1,253}$/;
const LABEL_KEY = /^(?:[A-Za-z0-9][A-Za-z0-9.-]{0,252}\/)?[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const LABEL_VALUE = /^[A-Za-z0-9._-]{0,63}$/;

/** What nearly all texts are, and nothing has to be done about. */
const PLAIN_TEXT = /^[\x20-\x7e]{1,512}$/;

/** What of a containerID that is too long stays readable, before its digest. */
const KEPT_OF_ID = 180;

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
export function uid(value: unknown): string | null {
  return matching(UID, value);
}

export function eventUid(value: unknown): string | null {
  return matching(EVENT_UID, value);
}

export function objectName(value: unknown): string | null {
  return matching(NAME, value);
}

/** The name of a container or a namespace. */
export function asDnsLabel(value: unknown): string | null {
  return matching(LABEL_NAME, value);
}

/** Free text: cut, and without half characters, which UTF-8 cannot carry, and control characters. */
export function boundedText(value: unknown): string | null {
  if (typeof value !== 'string' || value === '') return null;
  if (PLAIN_TEXT.test(value)) return value;
  return value
    .slice(0, LONGEST_TEXT)
    .toWellFormed()
    .replace(/\p{Cc}/gu, '\u{fffd}');
}

/**
 * A containerID, `<runtime>://<id>`. Kubernetes sets no limit: one that is too long, or that holds what no identity
 * should, is told by its beginning and its digest, so that two stay two.
 */
export function containerId(value: unknown): string | null {
  if (typeof value !== 'string' || value === '') return null;
  if (CONTAINER_ID.test(value)) return value;
  const readable = value.replace(/[^\x21-\x7e]/g, '').slice(0, KEPT_OF_ID);
  return `${readable}~${digestHex('containerID', value)}`;
}

/** A whole number from 0 up to what int32 holds. */
export function count(value: unknown): number | null {
  return int32(value) !== null && Number(value) >= 0 ? Number(value) : null;
}

/** A whole number that int32 holds. */
export function int32(value: unknown): number | null {
  const fits = typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= MOST_COUNT + 1;
  return fits && value <= MOST_COUNT ? value : null;
}

/** Seconds of a grace period: int64 in the API, so also 9,000,000,000,000 is one. */
export function seconds(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** Keys that were found to be right: a cluster has a few, which come with each change of each Pod. */
const rightKeys = new Set<string>();
const MOST_RIGHT_KEYS = 1_000;

function isLabelKey(key: string): boolean {
  if (rightKeys.has(key)) return true;
  if (!LABEL_KEY.test(key)) return false;
  if (rightKeys.size < MOST_RIGHT_KEYS) rightKeys.add(key);
  return true;
}

/**
 * Labels as Kubernetes allows them; what is no label is left out. Of more than {@link MOST_LABELS} the first ones by
 * their keys are kept.
 */
export function labels(value: unknown): Record<string, string> {
  const kept: Record<string, string> = {};
  if (!isRecord(value)) return kept;
  let count = 0;
  for (const key in value) {
    const text = value[key];
    if (!isLabelValue(text) || !isLabelKey(key)) continue;
    kept[key] = text;
    count += 1;
  }
  if (count <= MOST_LABELS) return kept;
  const first = Object.entries(kept).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(first.slice(0, MOST_LABELS));
}

function isLabelValue(value: unknown): value is string {
  return typeof value === 'string' && LABEL_VALUE.test(value);
}

function matching(pattern: RegExp, value: unknown): string | null {
  return typeof value === 'string' && pattern.test(value) ? value : null;
}
