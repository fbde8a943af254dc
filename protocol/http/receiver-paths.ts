/** Where a receiver takes events, below its own address. */
export const EVENTS_PATH = '/events';

/** Where it answers as soon as it takes events. */
export const HEALTH_PATH = '/healthz';
