import type { AccessRules } from '../http/access-rules.ts';
import type { PodHandlerDeps } from '../pods/write-pod.ts';
import type { Resource } from '../resource/resource.ts';
import type { WriteDeps } from '../write/write-object.ts';
import { accessReviews } from './access-reviews.ts';
import { endpointSlices } from './endpoint-slices.ts';
import { eventReports } from './event-reports.ts';
import { events } from './events.ts';
import { leases } from './leases.ts';
import { namespaceKind } from './namespaces.ts';
import { nodes } from './nodes.ts';
import { podKind } from './pods.ts';
import { secrets } from './secret-kind.ts';
import { services } from './service-kind.ts';

type KindDeps = PodHandlerDeps &
  WriteDeps & { readonly access: AccessRules; readonly resources: () => readonly Resource[] };

/** Every kind that comes with the server, in the order in which discovery names it. Another one is a file and a line here. */
export function servedKinds(deps: KindDeps): readonly Resource[] {
  return [
    podKind(deps),
    events,
    namespaceKind(deps),
    nodes,
    secrets,
    services,
    leases,
    accessReviews(deps.access, deps.clock),
    endpointSlices,
    eventReports(deps),
  ];
}
