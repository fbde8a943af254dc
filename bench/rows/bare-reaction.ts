import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Pool, request } from 'undici';

/** As much as a journal writes for one event, at the least, and where: always the same place, so that the file does not grow. */
const PAGE = Buffer.alloc(8 * 1024, 'x');

type WatchLine = {
  readonly type: string;
  readonly object: {
    readonly metadata: { readonly uid: string; readonly name: string; readonly namespace: string };
    readonly status: {
      readonly containerStatuses: readonly [{ readonly restartCount: number; readonly state: object }];
    };
  };
};

/**
 * The least that lies between a change and a request about it: a line is read and parsed, a page is on the disk, and a
 * bare Pool posts. Unsigned, of one subscription, without any state.
 */
export async function startBareReaction(options: {
  readonly api: string;
  readonly receiver: string;
  readonly directory: string;
}): Promise<{ stop(): Promise<void> }> {
  const pages = openSync(join(options.directory, 'pages'), 'w');
  const { origin, pathname } = new URL(options.receiver);
  const pool = new Pool(origin, { connections: 64 });
  const watch = new AbortController();
  const { body } = await request(`${options.api}/api/v1/pods?watch=true&sendInitialEvents=true`, {
    signal: watch.signal,
  });
  const listed = Promise.withResolvers<void>();
  const lines = createInterface(body);
  // It is cut off at the end.
  lines.on('error', () => {});
  lines.on('line', (text) => {
    const { type, object } = JSON.parse(text) as WatchLine;
    if (type === 'BOOKMARK') listed.resolve();
    if (type !== 'MODIFIED') return;
    writeSync(pages, PAGE, 0, PAGE.length, 0);
    fdatasyncSync(pages);
    const posted = JSON.stringify(told(object));
    void pool
      .request({ path: pathname, method: 'POST', body: posted })
      .then((answer) => answer.body.dump(), listed.reject);
  });
  await listed.promise;
  return {
    async stop() {
      watch.abort();
      await pool.close();
      closeSync(pages);
    },
  };
}

function told({ metadata, status: { containerStatuses } }: WatchLine['object']) {
  const [{ restartCount, state }] = containerStatuses;
  const { uid, name, namespace } = metadata;
  const hook = 'terminated' in state ? 'postStop' : 'postStart';
  return { data: { hook, pod: { uid, name, namespace }, container: { restartCount } } };
}
