import { IncomingMessage } from 'node:http';

/** A request that says when all of it has come, whether or not anybody reads it. */
export class FollowedRequest extends IncomingMessage {
  onComplete: (() => void) | undefined;

  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    if (chunk === null) this.onComplete?.();
    return super.push(chunk, encoding);
  }
}
