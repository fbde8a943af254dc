import type { LabelExpression } from '../../protocol/event/label-expression.ts';
import { describeTarget } from '../../watcher/tenancy/enrolment/describe-target.ts';
import type { HookSpec } from '../../watcher/tenancy/objects/hook-spec.ts';
import type { SubscriptionPlace } from './subscription-record.ts';

/** What it is about, and what is said of it. */
export type DescribedField = readonly [label: string, text: string];

/** A spec for people. Of a URL no more is told than scheme and host: its path may be a credential. */
export function specInWords(place: SubscriptionPlace, spec: HookSpec): readonly DescribedField[] {
  const { signing, auth, tls, headers = [] } = spec;
  const fields: readonly (readonly [string, string | null])[] = [
    ['Target', targetInWords(place, spec)],
    ['Tells', spec.hooks.join(', ')],
    ['Of Pods', podsInWords(place, spec)],
    ['Containers', spec.containers?.join(', ') || 'app containers and sidecars'],
    ['Exit codes', spec.exitCodes ? listInWords(spec.exitCodes.operator, spec.exitCodes.values) : null],
    ['Reasons', spec.reasons?.join(', ') || null],
    ['Signed', signing.mode === 'Ed25519' ? 'Ed25519, the key of the namespace' : hmacInWords(signing)],
    ['Authorization', auth === undefined ? null : authInWords(auth)],
    ['TLS', tls === undefined ? null : tlsInWords(tls)],
    ['Headers', headers.map(headerInWords).join(', ') || null],
    ['Delivery', deliveryInWords(spec.delivery)],
  ];
  return fields.filter((field): field is DescribedField => field[1] !== null);
}

type SecretReference = { readonly name: string; readonly key: string };

function secretInWords({ name, key }: SecretReference): string {
  return `Secret ${name}, key ${key}`;
}

function targetInWords({ namespace }: SubscriptionPlace, spec: HookSpec): string {
  const { service, urlSecretRef, eventBridge } = spec.target;
  if (urlSecretRef !== undefined) return `the URL in ${secretInWords(urlSecretRef)}`;
  if (eventBridge !== undefined) return `event bus ${eventBridge.busName} in ${eventBridge.region}`;
  const where = namespace ?? spec.secretNamespace ?? '';
  if (service !== undefined)
    return `Service ${service.name} of ${where}, port ${service.port}, ${service.scheme}`;
  return describeTarget(where, spec, null) ?? 'not known';
}

function podsInWords({ namespace }: SubscriptionPlace, { namespaceSelector, ...spec }: HookSpec): string {
  const where =
    namespace === null
      ? `namespaces with ${labelsInWords(namespaceSelector) ?? 'any labels'}`
      : `the namespace ${namespace}`;
  const labels = labelsInWords(spec.podSelector);
  const named = spec.selection === 'Annotation' ? ', that name it in offhook.dev/subscribe' : '';
  return `in ${where}${labels === null ? '' : `, with ${labels}`}${named}`;
}

/** As `kubectl --selector` takes them. */
function labelsInWords(selector: HookSpec['podSelector']): string | null {
  const exact = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const all = [...exact, ...(selector?.matchExpressions ?? []).map(expressionInWords)];
  return all.length === 0 ? null : all.join(',');
}

function expressionInWords({ key, operator, values = [] }: LabelExpression): string {
  switch (operator) {
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
    default:
      return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
  }
}

function listInWords(operator: 'In' | 'NotIn', values: readonly number[]): string {
  return `${operator === 'In' ? 'one of' : 'none of'} ${values.join(', ')}`;
}

function hmacInWords({ secretRef, previousSecretRefs = [] }: HookSpec['signing']): string {
  const own = secretRef === undefined ? '' : `, ${secretInWords(secretRef)}`;
  const before = previousSecretRefs.map(secretInWords).join('; ');
  return `HMAC${own}${before === '' ? '' : `, and before: ${before}`}`;
}

function authInWords({ bearer, oauth2 }: NonNullable<HookSpec['auth']>): string {
  if (bearer !== undefined) return `bearer token in ${secretInWords(bearer.secretRef)}`;
  const { tokenURL = '', clientID = '' } = oauth2 ?? {};
  return `OAuth 2.0 client ${clientID} at ${URL.parse(tokenURL)?.origin ?? 'an unknown address'}`;
}

function tlsInWords({ caSecretRef, clientCertificate }: NonNullable<HookSpec['tls']>): string {
  const ca = caSecretRef === undefined ? [] : [`CA in ${secretInWords(caSecretRef)}`];
  const own =
    clientCertificate === undefined ? [] : [`certificate in Secret ${clientCertificate.secretName}`];
  return [...ca, ...own].join(', ') || 'as usual';
}

/** A value may be a credential that somebody put where everybody can read it. */
function headerInWords({ name, secretRef }: NonNullable<HookSpec['headers']>[number]): string {
  return secretRef === undefined ? name : `${name} (${secretInWords(secretRef)})`;
}

function deliveryInWords(delivery: HookSpec['delivery']): string {
  const { ordering, concurrency, timeoutSeconds, retryDelaysSeconds, expired, maxPerMinute } = delivery;
  return [
    ordering === 'Container' ? 'in order for each container' : 'in no order',
    `${concurrency} at once`,
    `${timeoutSeconds} s for an answer`,
    retryDelaysSeconds === undefined
      ? 'retries by the default schedule'
      : `retries after ${retryDelaysSeconds.map((seconds) => `${seconds} s`).join(', ')}`,
    ...(expired === 'Drop' ? ['a preStop past its deadline is dropped'] : []),
    ...(maxPerMinute === undefined ? [] : [`at most ${maxPerMinute} a minute`]),
  ].join('; ');
}
