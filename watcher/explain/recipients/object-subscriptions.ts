import type { ConfigFault } from '../../../settings/fault.ts';
import { isRecord } from '../../lifecycle/snapshot/json-field.ts';
import { readHookSubscription } from '../../subscriptions/spec/read-hook-subscription.ts';
import { filterOf } from '../../tenancy/objects/filter-of.ts';
import type { FoundDocument, FoundSubscription, FoundSubscriptions } from './found-subscriptions.ts';

type Path = readonly (string | number)[];

/** Whether an object says that it is a subscription. */
export function isHookObject(object: unknown): boolean {
  return (
    isRecord(object) && (object.kind === 'HookSubscription' || object.kind === 'ClusterHookSubscription')
  );
}

/**
 * The subscription that a HookSubscription or ClusterHookSubscription is, as `kubectl get -o yaml` shows it or as it is
 * written to be applied.
 *
 * @param path of the object in its document.
 */
export function objectSubscription(object: unknown, path: Path, document: FoundDocument): FoundSubscriptions {
  const reading = readHookSubscription(object);
  const name = reading.metadata === null ? null : nameOf(reading.objectKind, reading.metadata);
  const fault = (at: string, message: string): ConfigFault => ({
    file: document.file,
    ...document.locate([...path, ...steps(at)], 'value'),
    path: [name ?? '', at].filter((part) => part !== '').join(' '),
    message,
  });
  if (reading.kind === 'invalid')
    return { subscriptions: [], faults: reading.faults.map((each) => fault(each.path, each.message)) };
  const { metadata, spec, objectKind } = reading;
  const { namespace, name: ownName } = metadata;
  if (objectKind === 'ClusterHookSubscription') {
    // Which namespaces those are is not known yet; it is asked of each event.
    const { namespaces: _, ...filter } = filterOf({ namespace: null, name: ownName }, spec, []);
    return found({ name: `*/${ownName}`, filter, namespaceSelector: reading.spec.namespaceSelector }, spec);
  }
  if (namespace === null)
    return { subscriptions: [], faults: [fault('metadata.namespace', NEEDS_NAMESPACE)] };
  const filter = filterOf({ namespace, name: ownName }, spec, []);
  return found({ name: `${namespace}/${ownName}`, filter }, spec);
}

type Read = Extract<ReturnType<typeof readHookSubscription>, { kind: 'read' }>;

const NEEDS_NAMESPACE =
  'is required here: which Pods it hears of depends on it, and kubectl fills it in only when the object is applied';

function nameOf(kind: Read['objectKind'] | null, { name, namespace }: Read['metadata']): string {
  return kind === 'ClusterHookSubscription' ? `*/${name}` : `${namespace ?? '?'}/${name}`;
}

function found(
  subscription: Omit<FoundSubscription, 'suspended'>,
  { suspend }: Read['spec'],
): FoundSubscriptions {
  return { subscriptions: [{ ...subscription, suspended: suspend }], faults: [] };
}

/** `spec.hooks[0]` as steps; a label key with dots leads to its nearest parent, which is near enough to be found. */
function steps(at: string): Path {
  return [...at.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([text, index]) =>
    index === undefined ? text : Number(index),
  );
}
