/** Exit codes are an interface: scripts and Kubernetes read them. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** What ends with {@link EXIT}.usage, as help texts say it. */
export const MISTAKE = 'for a mistake on the command line';
/** The same of a command that reads a configuration. */
export const MISTAKE_OR_CONFIGURATION = `${MISTAKE} or in the configuration`;
