/**
 * A watched stream: a collection of the whole cluster (`pods`), or of one namespace (`pods/shop`). Each is listed,
 * watched and resumed by itself. The two collections have a resourceVersion line each, and are never compared; streams
 * of one collection stand on the same line.
 */
export type PodStream = 'pods' | `pods/${string}`;
export type EventStream = 'events' | `events/${string}`;
export type StreamName = PodStream | EventStream;

type Resource = 'pods' | 'events';

/** @param namespace null: the whole cluster. */
export function streamOf<R extends Resource>(resource: R, namespace: string | null): R | `${R}/${string}` {
  return namespace === null ? resource : `${resource}/${namespace}`;
}

export function resourceOf(stream: StreamName): Resource {
  return stream.startsWith('pods') ? 'pods' : 'events';
}

/** The one namespace of a stream; null: the whole cluster. */
export function namespaceOf(stream: StreamName): string | null {
  const slash = stream.indexOf('/');
  return slash === -1 ? null : stream.slice(slash + 1);
}

/** Whether a stream tells of the objects in a namespace. */
export function covers(stream: StreamName, namespace: string): boolean {
  const only = namespaceOf(stream);
  return only === null || only === namespace;
}

/** The stream's name as it was stored; null when it is none. */
export function readStreamName(text: string): StreamName | null {
  return /^(pods|events)(\/.+)?$/.test(text) ? (text as StreamName) : null;
}
