/**
 * Why a receiver cannot start; the message says where, why, and what to do.
 *
 * @property mends `person`: starting again changes nothing before somebody has changed something. `time`: it may.
 */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly mends: 'person' | 'time';

  constructor(mends: 'person' | 'time', message: string, options?: ErrorOptions) {
    super(message, options);
    this.mends = mends;
  }
}
