import { isRecord, text } from '../../watcher/lifecycle/snapshot/json-field.ts';
import type { ObjectStatus } from '../../watcher/status/object-status.ts';
import { readObjectStatus } from '../../watcher/status/read-object-status.ts';
import type { StatusCondition } from '../../watcher/status/status-condition.ts';
import {
  type HookSubscriptionReading,
  readHookSubscription,
} from '../../watcher/subscriptions/spec/read-hook-subscription.ts';
import type { SubscriptionKind } from '../../watcher/subscriptions/spec/subscription-kind.ts';

/** Which objects: of a namespace, of all (null), or those of the cluster. */
export type SubscriptionScope = { readonly kind: SubscriptionKind; readonly namespace: string | null };

/** Which one. `namespace`: null for a ClusterHookSubscription. */
export type SubscriptionPlace = SubscriptionScope & { readonly name: string };

/** An object as the API server has it. */
export type SubscriptionRecord = {
  readonly place: SubscriptionPlace;
  readonly uid: string;
  /** RFC 3339; null where nobody knows. */
  readonly created: string | null;
  readonly generation: number | null;
  readonly suspended: boolean;
  /** What of its status is of the form that a watcher writes. */
  readonly status: Partial<ObjectStatus>;
  readonly reading: HookSubscriptionReading;
};

/** Reads an object of a kind; null for what is none. A spec that this version does not understand is no reason. */
export function readSubscriptionRecord(kind: SubscriptionKind, object: unknown): SubscriptionRecord | null {
  if (!isRecord(object) || !isRecord(object.metadata)) return null;
  const { metadata, spec, status } = object;
  const name = text(metadata.name);
  const uid = text(metadata.uid);
  if (name === null || uid === null) return null;
  return {
    place: { kind, namespace: kind === 'HookSubscription' ? text(metadata.namespace) : null, name },
    uid,
    created: text(metadata.creationTimestamp),
    generation: typeof metadata.generation === 'number' ? metadata.generation : null,
    suspended: isRecord(spec) && spec.suspend === true,
    status: readObjectStatus(status),
    // Items of a list say neither: the list does.
    reading: readHookSubscription({ ...object, apiVersion: 'offhook.dev/v1alpha1', kind }),
  };
}

/** `shop/billing`, and of the cluster the name alone. */
export function placeText({ namespace, name }: SubscriptionPlace): string {
  return namespace === null ? name : `${namespace}/${name}`;
}

/** One of its conditions; undefined where no watcher has written it. */
export function conditionOfRecord(
  { status }: Pick<SubscriptionRecord, 'status'>,
  type: StatusCondition['type'],
): StatusCondition | undefined {
  return status.conditions?.find((each) => each.type === type);
}

/** A record as JSON: what its status says, as far as it is of our form. */
export function recordJson(record: SubscriptionRecord): Record<string, unknown> {
  const { place, created, generation, suspended, status } = record;
  const { conditions: _, ...said } = status;
  return {
    ...place,
    suspended,
    ready: conditionJson(record, 'Ready'),
    delivering: conditionJson(record, 'Delivering'),
    created,
    generation,
    ...said,
  };
}

function conditionJson(record: SubscriptionRecord, type: StatusCondition['type']) {
  const condition = conditionOfRecord(record, type);
  if (condition === undefined) return null;
  const { status, reason, message, lastTransitionTime } = condition;
  return { status, reason, message, since: lastTransitionTime };
}
