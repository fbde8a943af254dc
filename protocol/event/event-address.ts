import { MAX_PARTITION_KEY } from './event-limits.ts';

/** Where an event comes from and whose order it keeps, as the payload says: both are computed, never believed. */

/** CloudEvents `dataschema` of every event. */
export const DATA_SCHEMA = 'urn:offhook:schema:container:v1';

/** Before the UID of a cluster. */
export const SOURCE_PREFIX = 'urn:offhook:cluster:';

/** CloudEvents `source` of a cluster's events. @param clusterUid UID of the `kube-system` namespace. */
export function sourceOf(clusterUid: string): string {
  return SOURCE_PREFIX + clusterUid;
}

/** The ordering key `<podUid>/<container>`; CloudEvents wants at most 128 characters. */
export function partitionKeyOf(podUid: string, container: string): string {
  return `${podUid}/${container}`.slice(0, MAX_PARTITION_KEY);
}
