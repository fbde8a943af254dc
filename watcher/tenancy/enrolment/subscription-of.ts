import type { SubscriptionFilter } from '../../../protocol/event/subscription-filter.ts';
import type { SigningSecret } from '../../../protocol/signature/signing-secret.ts';
import type { EgressGuard } from '../../../settings/outbound/guard/create-guard.ts';
import type { ProxyFor } from '../../../settings/outbound/http-proxy.ts';
import type { Secret } from '../../../settings/secret.ts';
import type { ConfiguredWebhook, SubscriptionConfig } from '../../config/watcher-config.ts';
import type { ServiceEndpoints } from '../../delivery/service-endpoints.ts';
import type { TargetCredentials } from '../credentials/target-credentials.ts';
import type { HookObject } from '../objects/hook-object.ts';
import type { HookSpec } from '../objects/hook-spec.ts';
import { subscriptionNameOf } from '../objects/subscription-name.ts';

/** What was found of all that a spec refers to. */
type FoundReferences = {
  readonly credentials: TargetCredentials;
  /** The namespace's own, current one first; of a subscription that signs with HMAC they are not used. */
  readonly keys: readonly Secret<SigningSecret>[];
  /** Of a target in the cluster. */
  readonly service: ServiceEndpoints | null;
  readonly guard: EgressGuard;
};

/**
 * The subscription of an admitted object.
 *
 * @param found null while something is not found: then it takes events, and nothing goes out.
 */
export function subscriptionOf(
  { object }: Pick<HookObject, 'object'>,
  spec: HookSpec,
  more: {
    readonly filter: SubscriptionFilter;
    readonly found: FoundReferences | null;
    readonly proxyFor: ProxyFor;
  },
): SubscriptionConfig {
  const { filter, found, proxyFor } = more;
  const { ordering, concurrency, timeoutSeconds, retryDelaysSeconds, expired, maxPerMinute } = spec.delivery;
  const held = spec.suspend ? ('suspended' as const) : found === null ? ('unready' as const) : null;
  return {
    name: subscriptionNameOf(object),
    filter,
    target:
      found === null
        ? { kind: 'unknown' }
        : targetOf(object.namespace ?? spec.secretNamespace ?? '', spec, found),
    ...(object.namespace !== null && { tenant: object.namespace }),
    ...(held !== null && { held }),
    ordering: ordering === 'Container' ? 'container' : 'none',
    concurrency,
    timeoutMs: timeoutSeconds * 1_000,
    ...(retryDelaysSeconds && { retryScheduleMs: retryDelaysSeconds.map((seconds) => seconds * 1_000) }),
    ...(maxPerMinute !== undefined && { maxPerMinute }),
    dropExpired: expired === 'Drop',
    proxyFor,
  };
}

function targetOf(namespace: string, spec: HookSpec, found: FoundReferences): SubscriptionConfig['target'] {
  const { eventBridge } = spec.target;
  if (eventBridge !== undefined) return { kind: 'eventBridge', ...eventBridge };
  const { credentials, keys, service, guard } = found;
  const [secret, ...previousSecrets] = spec.signing.mode === 'HMAC' ? credentials.signing : keys;
  if (secret === undefined) return { kind: 'unknown' };
  return {
    kind: 'webhook',
    url: credentials.url?.reveal() ?? urlOf(namespace, spec) ?? '',
    secret,
    previousSecrets,
    allowHttp: service !== null,
    ...(credentials.bearerToken && { bearerToken: credentials.bearerToken }),
    ...oauth2Of(spec, credentials),
    ...headersOf(spec, credentials),
    ...(credentials.tls && { tls: credentials.tls }),
    ...(service === null ? {} : { service }),
    guard,
  };
}

function oauth2Of(
  { auth }: HookSpec,
  { clientSecret }: TargetCredentials,
): Pick<ConfiguredWebhook, 'oauth2'> {
  if (auth?.oauth2 === undefined || clientSecret === undefined) return {};
  const { tokenURL: tokenUrl, clientID: clientId, scopes = [], audience } = auth.oauth2;
  return {
    oauth2: { tokenUrl, clientId, clientSecret, scopes, ...(audience !== undefined && { audience }) },
  };
}

function headersOf(
  { headers = [] }: HookSpec,
  credentials: TargetCredentials,
): Pick<ConfiguredWebhook, 'headers'> {
  const known = headers.flatMap(({ name, value = credentials.headers.get(name) }) =>
    value === undefined ? [] : [{ name, value }],
  );
  return known.length === 0 ? {} : { headers: known };
}

/**
 * Where a spec says that events go; null where a Secret says it, or it is a bus.
 *
 * @param namespace of the Service.
 */
export function urlOf(namespace: string, { target }: Pick<HookSpec, 'target'>): string | null {
  if (target.url !== undefined) return target.url;
  if (target.service === undefined) return null;
  const { name, port, path, scheme } = target.service;
  return `${scheme.toLowerCase()}://${name}.${namespace}.svc:${port}${path}`;
}
