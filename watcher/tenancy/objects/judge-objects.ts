import type { ReadyReason } from '../../subscriptions/objects/object-standing.ts';
import type { HookObject } from './hook-object.ts';
import type { HookSpec } from './hook-spec.ts';

/** Of all namespaces together: as many as the journal is made for. */
const MOST_OBJECTS = 1_000;
const MOST_FAULTS = 5;

/** What the operator allows. */
export type Admission = {
  /** Names in the operator's file, which a ClusterHookSubscription must not have, too. */
  readonly taken: ReadonlySet<string>;
  /** Namespaces whose Pods are followed; null: all. */
  readonly watched: readonly string[] | null;
  /** HookSubscriptions of one namespace. */
  readonly mostOfNamespace: number;
};

export type Judgement =
  | { readonly kind: 'admitted'; readonly spec: HookSpec }
  | { readonly kind: 'refused'; readonly reason: ReadyReason; readonly message: string };

/**
 * Which objects become subscriptions, by UID. Where there are too many, those that were created first do, so that nobody
 * loses what works to somebody who comes later.
 */
export function judgeObjects(
  objects: Iterable<HookObject>,
  admission: Admission,
): ReadonlyMap<string, Judgement> {
  const ofNamespace = new Map<string, number>();
  const judged = new Map<string, Judgement>();
  let all = 0;
  for (const each of [...objects].toSorted(oldestFirst)) {
    const { namespace, uid } = each.object;
    const refusal = refusalOf(each, admission);
    const sofar = ofNamespace.get(namespace ?? '*') ?? 0;
    if (refusal !== null || each.spec === null) judged.set(uid, refusal ?? INVALID);
    else if (namespace !== null && sofar >= admission.mostOfNamespace)
      judged.set(
        uid,
        refused(
          'QuotaExceeded',
          `the namespace has ${admission.mostOfNamespace} HookSubscriptions already, which is its quota; delete one, or ask whoever runs Offhook for more`,
        ),
      );
    else if (all >= MOST_OBJECTS)
      judged.set(
        uid,
        refused(
          'QuotaExceeded',
          `there are ${MOST_OBJECTS} subscriptions in the cluster already, which is all that Offhook keeps`,
        ),
      );
    else {
      judged.set(uid, { kind: 'admitted', spec: each.spec });
      ofNamespace.set(namespace ?? '*', sofar + 1);
      all += 1;
    }
  }
  return judged;
}

const INVALID: Judgement = refused('Invalid', 'the spec is not one that this version of Offhook takes');

function refusalOf({ object, faults }: HookObject, { taken, watched }: Admission): Judgement | null {
  const { kind, namespace, name } = object;
  if (namespace !== null && watched?.includes(namespace) === false)
    return refused(
      'NamespaceNotWatched',
      'Offhook does not follow the Pods of this namespace (watch.namespaces of its configuration)',
    );
  if (kind === 'ClusterHookSubscription' && taken.has(name))
    return refused(
      'NameTaken',
      'a subscription of the configuration file has this name, and each event would be delivered twice; rename one, or remove it there',
    );
  if (faults.length > 0) return refused('Invalid', inSentence(faults));
  return null;
}

function inSentence(faults: readonly string[]): string {
  const more = faults.length > MOST_FAULTS ? `; and ${faults.length - MOST_FAULTS} more` : '';
  return `${faults.slice(0, MOST_FAULTS).join('; ')}${more}`.slice(0, 1_000);
}

function refused(reason: ReadyReason, message: string): Judgement {
  return { kind: 'refused', reason, message };
}

function oldestFirst(one: HookObject, other: HookObject): number {
  return one.createdAtMs - other.createdAtMs || (one.object.uid < other.object.uid ? -1 : 1);
}
