import { askServerVersion, type ServerVersion } from '../../../watcher/source/api/server-version.ts';
import type { ClusterAccess } from '../../../watcher/source/cluster/cluster-access.ts';
import type { Examination, Examined } from '../examination/examination.ts';
import { notOk, ok } from '../examination/finding.ts';
import { API_SERVER_GROUP } from './cluster-group.ts';

export type AnsweringServer = {
  readonly cluster: ClusterAccess;
  readonly answer: Extract<ServerVersion, { kind: 'version' }>;
};

/** Whether the API server answers, and which one it is. */
export function checkVersion(
  { check, clock }: Examination,
  access: Examined<ClusterAccess>,
): Examined<AnsweringServer> {
  return check<AnsweringServer, readonly [typeof access]>({
    id: 'cluster.version',
    group: API_SERVER_GROUP,
    title: 'answers',
    needs: [access],
    async run([cluster], signal) {
      const answer = await askServerVersion({ cluster, clock }, signal);
      if (answer.kind === 'version')
        return ok(`Kubernetes ${answer.version ?? 'of a version that it does not tell'}`, {
          cluster,
          answer,
        });
      const hint =
        answer.cause === 'unauthorized'
          ? 'The credentials are not taken; log in again, or renew the token of the service account.'
          : 'Is this the right cluster, is it running, and does a network policy or proxy stand in between?';
      return notOk(answer.message, hint);
    },
  });
}
