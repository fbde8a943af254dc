import type { JsonObject } from '../../objects/json-value.ts';
import type { KubeObject } from '../../objects/kube-object.ts';
import type { FieldProblem } from '../../schema/field-problem.ts';
import type { StructuralSchema } from '../../schema/structural-schema.ts';

/**
 * What holds for objects of a kind when they are written, as a strategy of the API server's registry.
 *
 * @property owned the fields that can have owners; without it nobody's are kept.
 * @property decode a body without the fields that are unknown, and the names of those.
 * @property complete what is to be stored, with what the server gives where it says nothing.
 * @property allocate what a new object gets that nobody owns: addresses.
 * @property problems why it is refused; none when it may be stored. `current` is what it replaces.
 * @property countsGenerations whether a change of what is asked for raises `metadata.generation`.
 * @property needsVersion whether an update must say which object it replaces.
 * @property returnsDeleted whether who deletes one is shown it, and not a Status.
 * @property noStrategicMerge whether strategic merge patches are refused.
 */
export type ObjectRules = {
  readonly owned?: StructuralSchema;
  readonly decode?: (body: JsonObject) => { readonly value: JsonObject; readonly unknown: readonly string[] };
  readonly complete?: (next: KubeObject, current: KubeObject | undefined) => KubeObject;
  readonly allocate?: (made: KubeObject) => KubeObject;
  readonly problems?: (next: KubeObject, current: KubeObject | undefined) => readonly FieldProblem[];
  readonly countsGenerations?: boolean;
  readonly needsVersion?: boolean;
  readonly returnsDeleted?: boolean;
  readonly noStrategicMerge?: boolean;
};
