import type { AccessRules } from '../http/access-rules.ts';
import type { PodHandlerDeps } from '../pods/write-pod.ts';
import type { Resource } from '../resource/resource.ts';
import { accessReviews } from './access-reviews.ts';
import { events } from './events.ts';
import { leases } from './leases.ts';
import { namespaces } from './namespaces.ts';
import { nodes } from './nodes.ts';
import { podKind } from './pods.ts';

/** Everything the API serves, in the order in which discovery names it. Another kind is a file and a line here. */
export function servedKinds(deps: PodHandlerDeps & { access: AccessRules }): readonly Resource[] {
  return [podKind(deps), events, namespaces, nodes, leases, accessReviews(deps.access)];
}
