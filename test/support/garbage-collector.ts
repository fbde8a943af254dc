import { once } from 'node:events';

/** Collects what a process holds no more, whatever its own collector thinks of it. */
export type GarbageCollector = { collect(): Promise<void>; close(): void };

/**
 * By the inspector of a Node process that was started with `--inspect`.
 *
 * @param url `ws://…`, as it says on standard error.
 * @see https://chromedevtools.github.io/devtools-protocol/v8/HeapProfiler/#method-collectGarbage
 */
export async function connectGarbageCollector(url: string): Promise<GarbageCollector> {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  let id = 0;
  return {
    async collect() {
      id += 1;
      socket.send(JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' }));
      const [{ data }] = (await once(socket, 'message')) as [{ readonly data: string }];
      const answer: { readonly id: number; readonly error?: unknown } = JSON.parse(data);
      if (answer.id !== id || answer.error !== undefined) throw new Error(`the inspector answered ${data}`);
    },
    close: () => socket.close(),
  };
}
