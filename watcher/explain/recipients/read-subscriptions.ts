import { parseConfigDocuments } from '../../../settings/config-document.ts';
import type { ConfigFault } from '../../../settings/fault.ts';
import { isRecord } from '../../lifecycle/snapshot/json-field.ts';
import { configSubscriptions, isConfiguration } from './config-subscriptions.ts';
import type { FoundDocument, FoundSubscription } from './found-subscriptions.ts';
import { isHookObject, objectSubscription } from './object-subscriptions.ts';

/** As many as a journal can hold. */
const MOST_SUBSCRIPTIONS = 1_000;
const NOTHING = 'holds neither an offhook.yaml nor a HookSubscription or ClusterHookSubscription';

/** @property others objects that are no subscriptions: Namespaces among them may tell their labels. */
type ReadSubscriptions = {
  readonly subscriptions: readonly FoundSubscription[];
  readonly others: readonly unknown[];
  readonly faults: readonly ConfigFault[];
};

/**
 * The subscriptions in a text: YAML or JSON documents, each an object, a list as kubectl prints it, or an `offhook.yaml`.
 * All faults come at once; with one there are no subscriptions.
 *
 * @param file what faults call it.
 */
export function readSubscriptions(file: string, text: string): ReadSubscriptions {
  const parsed = parseConfigDocuments(text);
  if (parsed.kind === 'broken')
    return {
      subscriptions: [],
      others: [],
      faults: parsed.faults.map((fault) => ({ file, path: '', ...fault })),
    };
  const found = parsed.documents.map((document) => readDocumentOf({ file, ...document }));
  const subscriptions = found.flatMap((each) => each.subscriptions);
  const faults = found.flatMap((each) => each.faults);
  const others = found.flatMap((each) => each.others);
  const whole = faults.length > 0 ? null : wholeFault(subscriptions);
  if (whole !== null) return { subscriptions: [], others, faults: [{ file, path: '', message: whole }] };
  return { subscriptions: faults.length > 0 ? [] : subscriptions, others, faults };
}

function readDocumentOf(document: FoundDocument): ReadSubscriptions {
  const { value } = document;
  if (isConfiguration(value)) return { others: [], ...configSubscriptions(document) };
  const items = isRecord(value) && Array.isArray(value.items) ? (value.items as unknown[]) : null;
  const objects = items === null ? [{ object: value, path: [] }] : items.map(atIndex);
  const hooks = objects.filter(({ object }) => isHookObject(object));
  const read = hooks.map(({ object, path }) => objectSubscription(object, path, document));
  return {
    subscriptions: read.flatMap((each) => each.subscriptions),
    faults: read.flatMap((each) => each.faults),
    others: objects.map(({ object }) => object).filter((object) => !isHookObject(object)),
  };
}

function atIndex(object: unknown, index: number) {
  return { object, path: ['items', index] };
}

function wholeFault(subscriptions: readonly FoundSubscription[]): string | null {
  if (subscriptions.length === 0) return NOTHING;
  if (subscriptions.length > MOST_SUBSCRIPTIONS)
    return `holds ${subscriptions.length} subscriptions; expected at most ${MOST_SUBSCRIPTIONS}`;
  const names = subscriptions.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  return twice === undefined ? null : `holds two subscriptions that are called ${twice}`;
}
