import type { WatcherConfig } from '../../../watcher/config/watcher-config.ts';
import { type NeededPermission, neededPermissions } from '../../../watcher/run/needed-permissions.ts';
import { canI, describePermission } from '../../../watcher/source/api/permission.ts';
import { reviewAccess } from '../../../watcher/source/api/review-access.ts';
import type { ClusterAccess } from '../../../watcher/source/cluster/cluster-access.ts';
import type { AnsweringServer } from '../cluster/check-version.ts';
import type { Examination, Examined } from '../examination/examination.ts';
import { type Finding, notOk, ok, warning } from '../examination/finding.ts';

const GROUP = 'Permissions';
const GRANT = 'Grant it as docs/configuration.md, "Permissions", shows.';

/** Where there is no configuration, nobody knows what is needed. */
export function skipPermissions({ check }: Examination, configuration: Examined<unknown>): void {
  check({ id: 'permissions', group: GROUP, title: 'permissions', needs: [configuration], run: () => ok('') });
}

/** Asks the API server for each permission that the watcher uses with this configuration, as this identity. */
export function checkPermissions(
  { check }: Examination,
  server: Examined<AnsweringServer>,
  { config, namespace }: { readonly config: WatcherConfig; readonly namespace: string | null },
): void {
  const needed = neededPermissions(config, namespace);
  for (const permission of needed) {
    const { verb, resource, subresource } = permission;
    const part = subresource === undefined ? resource : `${resource}.${subresource}`;
    const isOneOfSeveral =
      needed.filter((each) => each.verb === verb && each.resource === resource).length > 1;
    check({
      id: `permissions.${verb}.${part}${isOneOfSeveral ? `.${permission.namespace}` : ''}`,
      group: GROUP,
      title: describePermission(permission),
      needs: [server],
      run: ([{ cluster }], signal) => review(cluster, permission, signal),
    });
  }
}

async function review(
  cluster: ClusterAccess,
  permission: NeededPermission,
  signal: AbortSignal,
): Promise<Finding> {
  const answer = await reviewAccess(cluster, permission, signal);
  const ask = canI(permission);
  switch (answer.kind) {
    case 'allowed':
      return ok('allowed');
    case 'unknown':
      return warning(`could not be asked: ${answer.message}`, ask);
    case 'denied': {
      const why = answer.reason === null ? '' : `: ${answer.reason}`;
      if (permission.optional) return warning(`not allowed, and optional${why}`, ask, GRANT);
      return notOk(`not allowed${why}`, ask, GRANT);
    }
  }
}
