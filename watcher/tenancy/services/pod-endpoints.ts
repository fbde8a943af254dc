import type { ServiceEndpoints } from '../../delivery/service-endpoints.ts';
import type { ApiClient } from '../../source/api/call-api.ts';
import { getJson } from '../../source/api/get-json.ts';
import { addressesOfPod } from './pod-addresses.ts';
import { readService, type ServicePlace } from './read-service.ts';
import { type ClaimedEndpoint, endpointsOf } from './slice-endpoints.ts';

/** How long an answer is good for; Pods come and go more seldom than connections. */
const FRESH_MS = 5_000;
/** Endpoints that are looked at; a receiver of webhooks needs no more. */
const MOST_ENDPOINTS = 8;
const DEADLINE_MS = 5_000;

type Answer = Awaited<ReturnType<ServiceEndpoints['find']>>;

const REFUSALS = {
  notFound: 'no such Service',
  externalName: 'the Service is an ExternalName',
  noPort: 'the Service has no such port',
} as const;

/**
 * Where a Service's Pods are, by its EndpointSlices and never by DNS. An endpoint counts when the Pod that it names has
 * that address: what an EndpointSlice says, its author says. Asked again when the last answer is older than five seconds.
 */
export function createServiceEndpoints(client: ApiClient, place: ServicePlace): ServiceEndpoints {
  let latest: { readonly atMs: number; readonly answer: Promise<Answer> } | null = null;
  return {
    find() {
      const nowMs = client.clock.monotonicMs();
      if (latest === null || nowMs - latest.atMs > FRESH_MS) {
        // Shared by all connections that ask, so that no one's end may end it; its requests have deadlines.
        latest = { atMs: nowMs, answer: findEndpoints(client, place, new AbortController().signal) };
      }
      return latest.answer;
    },
  };
}

async function findEndpoints(client: ApiClient, place: ServicePlace, signal: AbortSignal): Promise<Answer> {
  const service = await readService(client, place, signal);
  if (service.kind === 'refused') return { kind: 'none', why: REFUSALS[service.why] };
  if (service.kind === 'unanswered') return { kind: 'none', why: 'the API server did not answer' };
  const { namespace, name } = place;
  const query = new URLSearchParams({ labelSelector: `kubernetes.io/service-name=${name}`, limit: '100' });
  const path = `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/endpointslices?${query}`;
  const slices = await getJson(client, path, signal, DEADLINE_MS);
  if (slices.kind === 'ended') return { kind: 'none', why: 'the API server did not answer' };
  const claimed = endpointsOf(slices.value, { namespace, portName: service.portName });
  const endpoints = await confirmed(client, namespace, claimed.slice(0, MOST_ENDPOINTS), signal);
  return endpoints.length === 0
    ? { kind: 'none', why: 'no ready endpoint is a Pod of the namespace' }
    : { kind: 'found', endpoints };
}

async function confirmed(
  client: ApiClient,
  namespace: string,
  claimed: readonly ClaimedEndpoint[],
  signal: AbortSignal,
) {
  const looked = await Promise.all(
    claimed.map(async ({ address, port, pod }) => {
      const addresses = await addressesOfPod(client, { namespace, name: pod }, signal);
      return addresses.includes(address) ? [{ address, port }] : [];
    }),
  );
  return looked.flat();
}
