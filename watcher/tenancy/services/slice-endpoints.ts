import { isIP } from 'node:net';
import { integer, isRecord, records, text } from '../../lifecycle/snapshot/json-field.ts';

/** An endpoint that says of itself to be a Pod; whether the Pod has that address is to be seen. */
export type ClaimedEndpoint = { readonly address: string; readonly port: number; readonly pod: string };

const MOST_SLICES = 100;

/**
 * The endpoints of EndpointSlices that are ready and are Pods of the Service's own namespace. Others (of another namespace, of no
 * Pod, with a DNS name for an address) are left out: whoever may write EndpointSlices could lead deliveries anywhere.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoint-slice-v1/
 */
export function endpointsOf(
  slices: unknown,
  { namespace, portName }: { readonly namespace: string; readonly portName: string },
): readonly ClaimedEndpoint[] {
  const items = isRecord(slices) ? records(slices.items) : [];
  return items.slice(0, MOST_SLICES).flatMap((slice) => {
    const port = records(slice.ports).find((each) => (text(each.name) ?? '') === portName);
    const number = integer(port?.port);
    if (number === null || number < 1 || number > 65_535) return [];
    return records(slice.endpoints).flatMap((endpoint) => {
      const pod = readyPod(endpoint, namespace);
      const [address] = Array.isArray(endpoint.addresses) ? endpoint.addresses : [];
      return pod === null || typeof address !== 'string' || isIP(address) === 0
        ? []
        : [{ address, port: number, pod }];
    });
  });
}

function readyPod(endpoint: Record<string, unknown>, namespace: string): string | null {
  const conditions = isRecord(endpoint.conditions) ? endpoint.conditions : {};
  // Absent means ready.
  if (conditions.ready === false) return null;
  const target = isRecord(endpoint.targetRef) ? endpoint.targetRef : {};
  return target.kind === 'Pod' && target.namespace === namespace ? text(target.name) : null;
}
