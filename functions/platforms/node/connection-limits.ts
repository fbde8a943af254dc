/** Open connections, in all and from one address. Behind a proxy all come from one. */
export type ConnectionLimits = { readonly connections: number; readonly connectionsPerAddress: number };

/** What a receiver is started with unless it is told otherwise. Beside the server, which a schema of the settings must not load. */
export const CONNECTION_LIMITS: ConnectionLimits = { connections: 1_024, connectionsPerAddress: 512 };
