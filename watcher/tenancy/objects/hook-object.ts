import { isRecord, text } from '../../lifecycle/snapshot/json-field.ts';
import type { ObjectKind, ObjectReference } from '../../subscriptions/objects/object-standing.ts';
import { readHookSubscription } from '../../subscriptions/spec/read-hook-subscription.ts';
import { SUBSCRIPTION_API_VERSION } from '../../subscriptions/spec/subscription-kind.ts';
import type { HookSpec } from './hook-spec.ts';

/** Which of the namespace's keys sign, such as `2,1`. */
const GENERATIONS_ANNOTATION = 'offhook.dev/key-generation';
/** Asks for a sample event, once a value. */
const TEST_ANNOTATION = 'offhook.dev/test';
/** More is no id that anybody made. */
const LONGEST_TEST_ID = 64;

/** What is kept of a HookSubscription or ClusterHookSubscription. */
export type HookObject = {
  readonly object: ObjectReference;
  /** Wall time; 0 where it has none. */
  readonly createdAtMs: number;
  /** null: it says none that can be used. */
  readonly keyGenerations: string | null;
  /** null with its faults where the spec is none that this version takes. */
  readonly spec: HookSpec | null;
  /** Why not, for people: paths and what was expected. */
  readonly faults: readonly string[];
};

/** Reads an object of a list or a watch; null when it is no object of the kind. */
export function readHookObject(kind: ObjectKind, found: unknown): HookObject | null {
  if (!isRecord(found)) return null;
  // Objects in a list need not say what they are.
  const reading = readHookSubscription({ ...found, apiVersion: SUBSCRIPTION_API_VERSION, kind });
  const { metadata } = reading;
  if (metadata === null || metadata.uid === null || metadata.resourceVersion === null) return null;
  const { name, namespace, uid, resourceVersion, annotations } = metadata;
  if (kind === 'HookSubscription' && namespace === null) return null;
  const test = annotations[TEST_ANNOTATION];
  return {
    object: {
      kind,
      namespace,
      name,
      uid,
      generation: metadata.generation ?? 0,
      resourceVersion,
      status: found.status,
      ...(test !== undefined && test.length <= LONGEST_TEST_ID && { testRequest: test }),
    },
    createdAtMs: createdAtMs(found.metadata),
    keyGenerations: annotations[GENERATIONS_ANNOTATION] ?? null,
    spec: reading.kind === 'read' ? reading.spec : null,
    faults: reading.kind === 'read' ? [] : reading.faults.map(({ path, message }) => `${path}: ${message}`),
  };
}

function createdAtMs(metadata: unknown): number {
  const created = isRecord(metadata) ? text(metadata.creationTimestamp) : null;
  const ms = created === null ? Number.NaN : Date.parse(created);
  return Number.isNaN(ms) ? 0 : ms;
}
