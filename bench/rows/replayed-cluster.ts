import { Readable } from 'node:stream';
import type { ClusterAccess, ClusterResponse } from '../../watcher/source/cluster/cluster-access.ts';
import type { WatchBytes } from '../pods/watch-bytes.ts';

/** As much of an answer as the real access reads ahead, see watcher/source/cluster/cluster-access.ts. */
const BUFFER_BYTES = 128 * 1024;

export interface ReplayedCluster extends ClusterAccess {
  /** Lets the changes come, as fast as they are read. */
  release(): void;
}

/**
 * An API server without a network: a streaming list, then, once released, its changes. What is measured is the way
 * from the bytes of a socket to the journal, in one thread with its floor.
 */
export function replayedCluster(watch: WatchBytes): ReplayedCluster {
  const released = Promise.withResolvers<void>();
  async function* chunks(): AsyncGenerator<Buffer> {
    yield* watch.initial;
    await released.promise;
    yield* watch.changes;
    // An open watch does not end.
    await new Promise(() => {});
  }
  return {
    server: 'http://replayed.invalid',
    contextName: null,
    namespace: null,
    insecure: false,
    release: released.resolve,
    async request(path, { signal }): Promise<ClusterResponse> {
      if (!path.includes('sendInitialEvents')) throw new Error(`the replayed cluster was asked for ${path}`);
      const body = byteStream(chunks());
      signal.addEventListener('abort', () => body.destroy(), { once: true });
      return { status: 200, retryAfter: null, body };
    },
    async close() {},
  };
}

function byteStream(source: AsyncGenerator<Buffer>): Readable {
  const body = new Readable({
    highWaterMark: BUFFER_BYTES,
    read() {
      source.next().then(
        ({ value, done }) => body.push(done ? null : value),
        (error) => body.destroy(error),
      );
    },
  });
  body.on('error', () => {});
  return body;
}
