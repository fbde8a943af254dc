/** Where an event comes from and whose order it keeps, as the payload says: both are computed, never believed. */

const SOURCE_PREFIX = 'urn:offhook:cluster:';
const LONGEST_PARTITION_KEY = 128;

/** CloudEvents `source` of a cluster's events. @param clusterUid UID of the `kube-system` namespace. */
export function sourceOf(clusterUid: string): string {
  return SOURCE_PREFIX + clusterUid;
}

/** The ordering key `<podUid>/<container>`; CloudEvents wants at most 128 characters. */
export function partitionKeyOf(podUid: string, container: string): string {
  return `${podUid}/${container}`.slice(0, LONGEST_PARTITION_KEY);
}
