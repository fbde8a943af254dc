/**
 * What an event is remembered by. `partitionKey` (the CloudEvents attribute `partitionkey`: Pod UID and container)
 * says where: a store may keep everything about one container together, and containers apart.
 */
export type EventKey = { readonly eventId: string; readonly partitionKey: string };
