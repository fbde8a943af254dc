/**
 * Why something cannot be done with an object that subscribes.
 *
 * @property hints what to do, a line each.
 */
export class SubscriptionError extends Error {
  override readonly name = 'SubscriptionError';
  readonly hints: readonly string[];

  constructor(message: string, ...hints: readonly string[]) {
    super(message);
    this.hints = hints;
  }
}
