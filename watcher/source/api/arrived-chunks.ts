import { finished, type Readable } from 'node:stream';

/** What has come of a stream since it was last asked for. */
interface ArrivedChunks {
  /**
   * The chunks in their order, at least one; null at the end of the stream. Waits for the next one where none has come.
   *
   * @throws what the stream failed of.
   */
  take(): Promise<readonly Uint8Array[] | null>;
  /** Whether more has come since: then {@link ArrivedChunks.take} does not wait. */
  hasMore(): boolean;
}

/**
 * Reads a stream as it comes, without putting its chunks together: that would copy all of a busy watch.
 *
 * @param mostBytes so much is gathered at most, and a chunk; then nothing more is read until it is taken. Asked with each chunk.
 */
export function createArrivedChunks(body: Readable, mostBytes: () => number): ArrivedChunks {
  let chunks: Uint8Array[] = [];
  let bytes = 0;
  let ending: { readonly error: Error | null | undefined } | null = null;
  let wake = () => {};

  body.on('data', (chunk: Uint8Array) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= mostBytes()) body.pause();
    wake();
  });
  finished(body, (error) => {
    ending = { error };
    wake();
  });

  return {
    hasMore: () => chunks.length > 0,
    async take() {
      if (chunks.length === 0 && ending === null) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        await promise;
      }
      if (chunks.length > 0) {
        const taken = chunks;
        chunks = [];
        bytes = 0;
        if (body.isPaused()) body.resume();
        return taken;
      }
      if (ending?.error) throw ending.error;
      return null;
    },
  };
}
