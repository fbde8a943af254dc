/** The cluster that events come from: its UID is part of every id. */
export type ClusterIdentity = {
  readonly name: string;
  /** UID of the `kube-system` namespace. */
  readonly uid: string;
};

/** RFC 3339 in UTC with three fraction digits. */
export function eventInstant(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** RFC 3339 in UTC and whole seconds, as Kubernetes writes times, of a day that every month has. */
const WHOLE_SECONDS = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;

/** The same of a time that is text already. */
export function instantOf(time: string): string {
  return WHOLE_SECONDS.test(time) ? `${time.slice(0, 19)}.000Z` : eventInstant(Date.parse(time));
}
