/**
 * What a store refuses with. The message has the code as S3 names it, for example `NoSuchBucket`; never a key.
 *
 * @property afterMs how long it is to be left alone, in milliseconds; 0 where it did not ask for that.
 */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  readonly status: number;
  readonly afterMs: number;

  constructor(status: number, code: string, afterMs: number) {
    super(`the store answered ${status}: ${code}`);
    this.status = status;
    this.afterMs = afterMs;
  }
}
