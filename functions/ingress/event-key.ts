/**
 * What an event is remembered by: a CloudEvent is known by its `source` and its `id`. Ours hash the cluster's UID, which
 * the source names, into the id, and both are recomputed before anything is remembered: so an id alone is one event of
 * one source, in every store.
 *
 * `source` and `partitionKey` (the CloudEvents attribute `partitionkey`: Pod UID and container) say where: a store may
 * keep everything about one container together, and containers apart.
 */
export type EventKey = { readonly source: string; readonly eventId: string; readonly partitionKey: string };
