import { integer, isRecord, records, text } from '../../lifecycle/snapshot/json-field.ts';
import type { ApiClient } from '../../source/api/call-api.ts';
import { getJson } from '../../source/api/get-json.ts';

const DEADLINE_MS = 5_000;

export type ServicePlace = { readonly namespace: string; readonly name: string; readonly port: number };

/** What a Service is for a target. */
type ServiceReading =
  /** `portName`: as its EndpointSlices call the port; '' where it has no name. */
  | { readonly kind: 'service'; readonly portName: string }
  | { readonly kind: 'refused'; readonly why: 'notFound' | 'externalName' | 'noPort' }
  | { readonly kind: 'unanswered'; readonly message: string };

/**
 * Reads a Service. `ExternalName` is refused: it is a name of anybody's.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/
 */
export async function readService(
  client: ApiClient,
  { namespace, name, port }: ServicePlace,
  signal: AbortSignal,
): Promise<ServiceReading> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${encodeURIComponent(name)}`;
  const answer = await getJson(client, path, signal, DEADLINE_MS);
  if (answer.kind === 'ended') {
    const { kind, message } = answer.ending;
    return kind === 'absent' ? { kind: 'refused', why: 'notFound' } : { kind: 'unanswered', message };
  }
  const spec = isRecord(answer.value) && isRecord(answer.value.spec) ? answer.value.spec : {};
  if (spec.type === 'ExternalName') return { kind: 'refused', why: 'externalName' };
  const served = records(spec.ports).find(
    (each) => integer(each.port) === port && (each.protocol ?? 'TCP') === 'TCP',
  );
  if (served === undefined) return { kind: 'refused', why: 'noPort' };
  return { kind: 'service', portName: text(served.name) ?? '' };
}
