/**
 * How somebody who asks a receiver for something has shown who they are: the ways to its page, or `dataDir`, by writing
 * into the data directory of a receiver on Node.
 */
export const ASKING_WAYS = ['open', 'token', 'cloudflareAccess', 'alb', 'dataDir'] as const;

/**
 * Who asks for a run.
 *
 * @property by an e-mail address or subject, where a login has shown it.
 * @property claimedBy who they say they are; nobody has checked it.
 */
export type Asker = {
  readonly how: (typeof ASKING_WAYS)[number];
  readonly by: string | null;
  readonly claimedBy: string | null;
};

/**
 * That somebody asked for a handler that had ended to be run again for one event. The runs that follow are recorded like
 * any other.
 *
 * @property stream the event's CloudEvents `source`: the audit chain it belongs to.
 * @property afterAttempt the last attempt that was recorded by then.
 * @property recordedAtMs when it was asked for, in milliseconds since the epoch.
 */
export type HandlerRerun = Asker & {
  readonly stream: string;
  readonly eventId: string;
  readonly handler: string;
  readonly afterAttempt: number;
  readonly recordedAtMs: number;
};

/** Where it is recorded that runs were asked for, before anything comes of it. */
export interface RerunLog {
  /** @throws when not all of them could be recorded; telling them again is safe. */
  recordReruns(reruns: readonly HandlerRerun[]): Promise<void>;
}
