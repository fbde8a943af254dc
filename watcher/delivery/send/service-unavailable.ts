/** There is no Pod to connect to. @property reason a few words: `no ready endpoint`. */
export class ServiceUnavailable extends Error {
  override readonly name = 'ServiceUnavailable';
  readonly reason: string;

  constructor(reason: string) {
    super(`the Service has nowhere to connect to: ${reason}`);
    this.reason = reason;
  }
}
