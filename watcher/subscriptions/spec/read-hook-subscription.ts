import * as z from 'zod';
import { pathText, SHOWN_FAULTS } from '../../../settings/fault.ts';
import { schemaIssues } from '../../../settings/schema-faults.ts';
import {
  type ClusterHookSubscriptionSpec,
  clusterHookSubscriptionSpec,
  type HookSubscriptionSpec,
  hookSubscriptionSpec,
} from './hook-subscription-spec.ts';
import { SUBSCRIPTION_API_VERSION, type SubscriptionKind } from './subscription-kind.ts';

/** Of `metadata` what is needed; null where a file that was never applied does not have it. */
type SubscriptionMetadata = {
  readonly name: string;
  readonly namespace: string | null;
  readonly uid: string | null;
  readonly generation: number | null;
  readonly resourceVersion: string | null;
  readonly annotations: Readonly<Record<string, string>>;
};

/**
 * @property path where in the object, such as `spec.target.url`.
 * @property message what was expected; never a URL, or what may hold a credential.
 */
type SubscriptionFault = { readonly path: string; readonly message: string };

/** @property status as it was found, unknown JSON. */
export type HookSubscriptionReading =
  | {
      readonly kind: 'read';
      readonly objectKind: 'HookSubscription';
      readonly metadata: SubscriptionMetadata;
      readonly spec: HookSubscriptionSpec;
      readonly status: unknown;
    }
  | {
      readonly kind: 'read';
      readonly objectKind: 'ClusterHookSubscription';
      readonly metadata: SubscriptionMetadata;
      readonly spec: ClusterHookSubscriptionSpec;
      readonly status: unknown;
    }
  | {
      readonly kind: 'invalid';
      /** Null where it is no object of these kinds. */
      readonly objectKind: SubscriptionKind | null;
      /** Null where it cannot be told which object it is. */
      readonly metadata: SubscriptionMetadata | null;
      /** At least one, at most fifty. */
      readonly faults: readonly SubscriptionFault[];
    };

/**
 * A HookSubscription or ClusterHookSubscription, as the API server or a file has it, with the defaults of its
 * CustomResourceDefinition. Never throws for what an object can hold.
 */
export function readHookSubscription(object: unknown): HookSubscriptionReading {
  const head = headSchema.safeParse(object);
  if (!head.success) return { ...invalid(head.error), objectKind: null, metadata: null };
  const { kind: objectKind, metadata: found, spec, status } = head.data;
  const metadata = {
    name: found.name,
    namespace: objectKind === 'HookSubscription' ? (found.namespace ?? null) : null,
    uid: found.uid ?? null,
    generation: found.generation ?? null,
    resourceVersion: found.resourceVersion ?? null,
    annotations: found.annotations ?? {},
  };
  if (objectKind === 'HookSubscription') {
    const read = namespaced.safeParse({ spec });
    if (!read.success) return { ...invalid(read.error), objectKind, metadata };
    return { kind: 'read', objectKind, metadata, spec: read.data.spec, status };
  }
  const read = clusterWide.safeParse({ spec });
  if (!read.success) return { ...invalid(read.error), objectKind, metadata };
  return { kind: 'read', objectKind, metadata, spec: read.data.spec, status };
}

const headSchema = z.looseObject({
  apiVersion: z.literal(SUBSCRIPTION_API_VERSION, { error: `expected ${SUBSCRIPTION_API_VERSION}` }),
  kind: z.enum(['HookSubscription', 'ClusterHookSubscription'], {
    error: 'expected HookSubscription or ClusterHookSubscription',
  }),
  metadata: z.looseObject({
    name: z.string().min(1).max(63, { error: 'expected at most 63 characters' }),
    namespace: z.string().min(1).optional(),
    uid: z.string().min(1).optional(),
    generation: z.int().optional(),
    resourceVersion: z.string().optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
  spec: z.unknown().optional(),
  status: z.unknown().optional(),
});

const namespaced = z.object({ spec: hookSubscriptionSpec() });
const clusterWide = z.object({ spec: clusterHookSubscriptionSpec() });

function invalid(error: z.ZodError): { kind: 'invalid'; faults: readonly SubscriptionFault[] } {
  const faults = schemaIssues(error).slice(0, SHOWN_FAULTS);
  return { kind: 'invalid', faults: faults.map(({ path, message }) => ({ path: pathText(path), message })) };
}
