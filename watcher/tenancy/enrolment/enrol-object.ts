import type { ProxyFor } from '../../../settings/outbound/http-proxy.ts';
import type { SubscriptionConfig } from '../../config/watcher-config.ts';
import type { ServiceEndpoints } from '../../delivery/service-endpoints.ts';
import type { ApiClient } from '../../source/api/call-api.ts';
import type { ObjectStanding } from '../../subscriptions/objects/object-standing.ts';
import type { ReferenceFinding } from '../finding/find-references.ts';
import type { NamespaceKeys } from '../keys/namespace-keys.ts';
import { filterOf } from '../objects/filter-of.ts';
import type { HookObject } from '../objects/hook-object.ts';
import type { HookSpec } from '../objects/hook-spec.ts';
import type { Judgement } from '../objects/judge-objects.ts';
import { subscriptionNameOf } from '../objects/subscription-name.ts';
import { createServiceEndpoints } from '../services/pod-endpoints.ts';
import { describeTarget } from './describe-target.ts';
import { subscriptionOf } from './subscription-of.ts';

/** What became of one object; the same objects for as long as nothing of it changes. */
export type Enrolled = {
  readonly standing: ObjectStanding;
  /** null: it is none. */
  readonly subscription: SubscriptionConfig | null;
  /** What {@link Enrolled.subscription} was made of. */
  readonly madeOf: readonly unknown[];
  readonly service: { readonly place: string; readonly endpoints: ServiceEndpoints } | null;
};

type EnrolmentDeps = {
  readonly client: ApiClient;
  readonly keys: NamespaceKeys;
  readonly proxyFor: ProxyFor;
};

const ACCEPTED = 'the spec is accepted, and all that it refers to was found';
const UNANSWERED = 'the API server did not answer when asked for what the spec refers to; it is asked again';
const PENDING = 'what the spec refers to is being looked for';

/** Makes subscriptions and standings of objects. */
export function createEnrolment({ client, keys, proxyFor }: EnrolmentDeps) {
  return {
    refused(
      each: HookObject,
      { reason, message }: Extract<Judgement, { kind: 'refused' }>,
      before: Enrolled | undefined,
    ): Enrolled {
      const standing: ObjectStanding = {
        object: each.object,
        subscription: null,
        ready: { reason, message },
        suspended: each.spec?.suspend ?? false,
        target: null,
        publicKeys: [],
      };
      return { standing: unlessSame(standing, before), subscription: null, madeOf: [], service: null };
    },
    admitted(
      each: HookObject,
      spec: HookSpec,
      now: {
        /** What its namespaceSelector selects; null: all. */
        readonly namespaces: readonly string[] | null;
        readonly found: { readonly finding: ReferenceFinding; readonly isCurrent: boolean } | null;
        readonly before: Enrolled | undefined;
      },
    ): Enrolled {
      const { namespaces, found, before } = now;
      // Until it is known what the new spec refers to, what the old one said goes on: nothing is held for a moment.
      if (found?.isCurrent === false && before !== undefined && before.subscription !== null) return before;
      const { object, keyGenerations } = each;
      const finding = found?.isCurrent ? found.finding : null;
      const signing = spec.signing.mode === 'HMAC' ? null : keys.of(object.namespace ?? '*', keyGenerations);
      const service = serviceOf(each, spec, client, before?.service ?? null);
      const madeOf = [object.generation, finding, namespaces?.join(), signing, service?.endpoints];
      const subscription =
        before?.subscription && madeOf.every((part, index) => part === before.madeOf[index])
          ? before.subscription
          : subscriptionOf(each, spec, {
              filter: filterOf(object, spec, namespaces),
              proxyFor,
              found:
                finding?.kind === 'found'
                  ? { ...finding, keys: signing?.secrets ?? [], service: service?.endpoints ?? null }
                  : null,
            });
      const credentials = finding?.kind === 'found' ? finding.credentials : null;
      const place = object.namespace ?? spec.secretNamespace ?? '';
      const standing: ObjectStanding = {
        object,
        subscription: subscriptionNameOf(object),
        ready: readyOf(finding),
        suspended: spec.suspend,
        target: describeTarget(place, spec, credentials?.url?.reveal() ?? null),
        publicKeys: signing?.publicKeys ?? [],
      };
      return { standing: unlessSame(standing, before), subscription, madeOf, service };
    },
  };
}

function readyOf(finding: ReferenceFinding | null): ObjectStanding['ready'] {
  if (finding === null) return { reason: 'Pending', message: PENDING };
  switch (finding.kind) {
    case 'found':
      return { reason: 'Accepted', message: ACCEPTED };
    case 'missing':
      return { reason: finding.reason, message: finding.message };
    case 'unanswered':
      return { reason: 'Pending', message: UNANSWERED };
    default:
      return finding satisfies never;
  }
}

/** The same object for as long as it is the same Service: connections are made anew with another one. */
function serviceOf(
  { object }: HookObject,
  { target, secretNamespace }: HookSpec,
  client: ApiClient,
  before: Enrolled['service'],
): Enrolled['service'] {
  const namespace = object.namespace ?? secretNamespace;
  if (target.service === undefined || namespace === undefined) return null;
  const { name, port } = target.service;
  const place = `${namespace}/${name}:${port}`;
  if (before?.place === place) return before;
  return { place, endpoints: createServiceEndpoints(client, { namespace, name, port }) };
}

/** What watches the standings compares objects. */
function unlessSame(standing: ObjectStanding, before: Enrolled | undefined): ObjectStanding {
  if (before === undefined) return standing;
  const { standing: was } = before;
  const isSame =
    was.object === standing.object &&
    was.subscription === standing.subscription &&
    was.ready.reason === standing.ready.reason &&
    was.ready.message === standing.ready.message &&
    was.target === standing.target &&
    was.publicKeys.join() === standing.publicKeys.join();
  return isSame ? was : standing;
}
