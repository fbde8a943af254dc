import { canI } from '../../../watcher/source/api/permission.ts';
import { confirmCluster, READ_CLUSTER_UID } from '../../../watcher/source/cluster-uid.ts';
import type { Examination, Examined } from '../examination/examination.ts';
import { notOk, ok } from '../examination/finding.ts';
import type { AnsweringServer } from './check-version.ts';
import { API_SERVER_GROUP } from './cluster-group.ts';

/** Whether the cluster says who it is: the UID of kube-system, without which nothing is followed. */
export function checkClusterUid(
  { check, clock }: Examination,
  server: Examined<AnsweringServer>,
): Examined<string> {
  return check<string, readonly [typeof server]>({
    id: 'cluster.identity',
    group: API_SERVER_GROUP,
    title: 'identity',
    needs: [server],
    async run([{ cluster }], signal) {
      let uid = '';
      const bind = (found: string) => {
        uid = found;
      };
      const ending = await confirmCluster({ cluster, clock }, bind)(signal);
      signal.throwIfAborted();
      if (ending === null) return ok(`UID of kube-system ${uid}`, uid);
      return notOk(ending.message, ...(ending.kind === 'forbidden' ? [canI(READ_CLUSTER_UID)] : []));
    },
  });
}
