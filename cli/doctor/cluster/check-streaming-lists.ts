import type { WatcherConfig } from '../../../watcher/config/watcher-config.ts';
import { tryStreamingList } from '../../../watcher/source/api/try-streaming-list.ts';
import { scopesOf } from '../../../watcher/source/source.ts';
import type { Examination, Examined } from '../examination/examination.ts';
import { notOk, ok } from '../examination/finding.ts';
import type { AnsweringServer } from './check-version.ts';
import { API_SERVER_GROUP, inNamespace } from './cluster-group.ts';

/** Whether Pods can be followed, and whether their list comes as a stream, which takes less memory. */
export function checkStreamingLists(
  { check, clock, deadlineMs }: Examination,
  needs: readonly [Examined<AnsweringServer>, Examined<WatcherConfig>],
): void {
  check({
    id: 'cluster.streamingLists',
    group: API_SERVER_GROUP,
    title: 'streaming lists',
    needs,
    async run([{ cluster }, { watch }], signal) {
      const asked = scopesOf(watch).map(async (namespace) => ({
        namespace,
        found: await tryStreamingList({ cluster, clock }, namespace, { signal, deadlineMs }),
      }));
      const answers = await Promise.all(asked);
      signal.throwIfAborted();
      const troubles = answers.flatMap(({ namespace, found }) =>
        found.kind === 'failed' ? [inNamespace(namespace, found.ending.message)] : [],
      );
      if (troubles.length > 0) return notOk(troubles.join('; '));
      if (answers.every(({ found }) => found.kind === 'offered')) return ok('offered');
      return ok('not offered; Pods are listed in pages');
    },
  });
}
