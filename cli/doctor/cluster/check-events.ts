import type { WatcherConfig } from '../../../watcher/config/watcher-config.ts';
import { currentVersion } from '../../../watcher/source/api/current-version.ts';
import { scopesOf } from '../../../watcher/source/source.ts';
import type { Examination, Examined } from '../examination/examination.ts';
import { ok, warning } from '../examination/finding.ts';
import type { AnsweringServer } from './check-version.ts';
import { API_SERVER_GROUP, inNamespace } from './cluster-group.ts';

const HINT =
  'Without them a preStop of a killed container comes later, and hookFailed never; all else works.';

/** Whether kubelet Events can be read, where the configuration wants them. They are optional. */
export function checkEvents(
  { check, clock, deadlineMs }: Examination,
  needs: readonly [Examined<AnsweringServer>, Examined<WatcherConfig>],
): void {
  check({
    id: 'cluster.events',
    group: API_SERVER_GROUP,
    title: 'Events',
    needs,
    async run([{ cluster }, { watch }], signal) {
      if (!watch.kubeletEvents) return ok('not wanted (watch.kubeletEvents is false)');
      const asked = scopesOf(watch).map(async (namespace) => {
        const collection = { resource: 'events', namespace, fieldSelector: null } as const;
        const found = await currentVersion({ cluster, clock }, collection, { signal, deadlineMs });
        return found.kind === 'at' ? [] : [inNamespace(namespace, found.ending.message)];
      });
      const troubles = (await Promise.all(asked)).flat();
      signal.throwIfAborted();
      return troubles.length === 0 ? ok('can be listed') : warning(troubles.join('; '), HINT);
    },
  });
}
