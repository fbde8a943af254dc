import type {
  ObjectKind,
  ObjectReference,
  ObjectStanding,
  ObjectStandings,
} from '../../../watcher/subscriptions/objects/object-standing.ts';

export type StandingOptions = Partial<Omit<ObjectStanding, 'object'>> & {
  readonly kind?: ObjectKind;
  readonly name?: string;
  readonly object?: Partial<ObjectReference>;
};

/** An accepted object of the namespace team-a, with some of it said otherwise. */
export function standingOf({ name = 'billing', object, ...rest }: StandingOptions = {}): ObjectStanding {
  const kind = rest.kind ?? 'HookSubscription';
  const namespace = kind === 'HookSubscription' ? 'team-a' : null;
  const uid = object?.uid ?? 'a139e2e4-0542-4230-95a8-741d03472959';
  return {
    object: { kind, namespace, name, uid, generation: 1, resourceVersion: '1', status: undefined, ...object },
    subscription: `${namespace ?? '*'}/${name}@${uid.slice(0, 8)}`,
    ready: { reason: 'Accepted', message: 'Accepted.' },
    suspended: false,
    target: 'https://hooks.example.com',
    publicKeys: ['whpk_key'],
    ...rest,
  };
}

/** What the objects part would tell, as the test says it. */
export function tellStandings(
  initial: readonly ObjectStanding[] = [],
): ObjectStandings & { tell(all: readonly ObjectStanding[]): void } {
  const listeners = new Set<() => void>();
  let all = initial;
  return {
    all: () => all,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell(next) {
      all = next;
      for (const listener of listeners) listener();
    },
  };
}
