/** A subscription that its receiver ended (410 Gone), as the journal keeps it. */
export type EndedSubscription = {
  readonly subscription: string;
  readonly why: string;
  /** What its queue became. */
  readonly deadLetters: number;
  readonly atMs: number;
};
