import { isRecord, text } from '../lifecycle/snapshot/json-field.ts';
import { type KubeletNotice, readNotice } from '../lifecycle/snapshot/kubelet-notice.ts';
import type { PodSnapshot } from '../lifecycle/snapshot/pod-snapshot.ts';
import { projectPod } from '../lifecycle/snapshot/project-pod.ts';
import { kindOf } from './kind-of.ts';

/** One watch event out of a recorded stream, whatever format it was recorded in. */
export type StreamLine =
  | { readonly kind: 'seen'; readonly pod: PodSnapshot }
  | { readonly kind: 'gone'; readonly pod: PodSnapshot }
  | { readonly kind: 'notice'; readonly notice: KubeletNotice }
  /** An Event that no kubelet can have written. */
  | { readonly kind: 'implausible'; readonly why: string }
  /** Understood, and without meaning for lifecycles: a bookmark, another kind of object or Event. */
  | { readonly kind: 'other' }
  /** The recording itself says that history is missing (an ERROR event). */
  | { readonly kind: 'broken'; readonly message: string };

/**
 * Reads a watch event from `{at, stream, event}`, `{type, object}`, or a bare Pod or Event object.
 *
 * @returns null when the value is none of these.
 */
export function readStreamLine(value: unknown): StreamLine | null {
  if (!isRecord(value)) return null;
  if (isRecord(value.event) && value.stream !== undefined) return readStreamLine(value.event);
  if (typeof value.type === 'string' && isRecord(value.object))
    return readWatchEvent(value.type, value.object);
  return kindOf(value) === null ? null : readWatchEvent('ADDED', value);
}

/** The object that a line is about, whatever it is. */
export function objectIn(value: unknown): unknown {
  if (!isRecord(value)) return value;
  if (isRecord(value.event) && value.stream !== undefined) return objectIn(value.event);
  return typeof value.type === 'string' && isRecord(value.object) ? value.object : value;
}

function readWatchEvent(type: string, object: Record<string, unknown>): StreamLine | null {
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
      return readObject('seen', object);
    case 'DELETED':
      return readObject('gone', object);
    case 'BOOKMARK':
      return { kind: 'other' };
    case 'ERROR':
      return { kind: 'broken', message: text(object.message) ?? text(object.reason) ?? 'unknown error' };
    default:
      return null;
  }
}

function readObject(kind: 'seen' | 'gone', object: Record<string, unknown>): StreamLine {
  const is = kindOf(object);
  if (is === 'Event') {
    return kind === 'seen' ? readNotice(object) : { kind: 'other' };
  }
  const pod = is === 'Pod' ? projectPod(object) : null;
  return pod ? { kind, pod } : { kind: 'other' };
}
