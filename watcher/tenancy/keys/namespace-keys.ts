import type { Ed25519Secret } from '../../../protocol/signature/signing-secret.ts';
import { Secret } from '../../../settings/secret.ts';
import { deriveNamespaceKey, publicKeyText, type TenancyKey } from './namespace-key.ts';

/** Standard Webhooks sends so many signatures at most; two generations under two keys of the watcher. */
const MOST_GENERATIONS = 2;
const GENERATIONS = /^[1-9]\d{0,8}(\s*,\s*[1-9]\d{0,8})?$/;

/** The keys that sign for one subscription, the current one first. */
type SigningKeys = {
  readonly secrets: readonly [Secret<Ed25519Secret>, ...Secret<Ed25519Secret>[]];
  /** Of the same keys, in that order. */
  readonly publicKeys: readonly string[];
};

export interface NamespaceKeys {
  /**
   * @param namespace `*` for ClusterHookSubscriptions.
   * @param generations the annotation `offhook.dev/key-generation`: `2`, or `2,1` while receivers change over; null, or
   *   anything else, is generation 1.
   */
  of(namespace: string, generations: string | null): SigningKeys;
}

/**
 * Derives keys when they are asked for, and keeps them: deriving one takes a tenth of a millisecond.
 *
 * @param keys the watcher's, the current one first; both sign while there are two.
 */
export function createNamespaceKeys(
  keys: readonly [Secret<TenancyKey>, ...Secret<TenancyKey>[]],
  clusterUid: string,
): NamespaceKeys {
  const known = new Map<string, SigningKeys>();
  return {
    of(namespace, annotated) {
      const generations = readGenerations(annotated);
      const id = `${namespace} ${generations.join()}`;
      const found = known.get(id);
      if (found !== undefined) return found;
      const derived = keys.flatMap((key) =>
        generations.map((generation) =>
          deriveNamespaceKey(key.reveal(), { clusterUid, namespace, generation }),
        ),
      );
      const [first, ...others] = derived.map((each) => new Secret(each));
      if (first === undefined) throw new RangeError('no key signs');
      const made = { secrets: [first, ...others] as const, publicKeys: derived.map(publicKeyText) };
      // Whoever writes generation after generation must not fill the memory.
      if (known.size >= MOST_KEPT) known.clear();
      known.set(id, made);
      return made;
    },
  };
}

const MOST_KEPT = 4_096;

function readGenerations(annotated: string | null): readonly number[] {
  if (annotated === null || !GENERATIONS.test(annotated.trim())) return [1];
  return [...new Set(annotated.split(',').map(Number))].slice(0, MOST_GENERATIONS);
}
