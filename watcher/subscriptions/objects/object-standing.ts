/** Why an object is taken, or not: `reason` of its condition `Ready`. */
export type ReadyReason =
  | 'Pending'
  | 'Accepted'
  | 'SecretNotFound'
  | 'SecretKeyMissing'
  | 'SecretNotLabelled'
  | 'SecretForbidden'
  | 'TargetDenied'
  | 'ServiceNotFound'
  | 'NamespaceNotWatched'
  | 'NameTaken'
  | 'QuotaExceeded'
  /** It passed an older CRD, or one that somebody loosened. */
  | 'Invalid';

export type ObjectKind = 'HookSubscription' | 'ClusterHookSubscription';

/** An object as it was read last. */
export type ObjectReference = {
  readonly kind: ObjectKind;
  /** null: the object is of the cluster. */
  readonly namespace: string | null;
  readonly name: string;
  readonly uid: string;
  readonly generation: number;
  readonly resourceVersion: string;
  /** What its status said then (unknown JSON). */
  readonly status: unknown;
  /** Value of the annotation `offhook.dev/test`, as it is there; left out: it has none. */
  readonly testRequest?: string;
};

/** What became of one object. */
export type ObjectStanding = {
  readonly object: ObjectReference;
  /** As the book and the journal know it; null when it is not in the book. */
  readonly subscription: string | null;
  readonly ready: {
    readonly reason: ReadyReason;
    /** From a fixed list of sentences, at most 1 KB, nothing secret. */
    readonly message: string;
  };
  readonly suspended: boolean;
  /** Scheme and host only; null where nothing is known. */
  readonly target: string | null;
  readonly publicKeys: readonly string[];
};

/** Everything that is there now. */
export interface ObjectStandings {
  /** The same array while nothing changes. */
  all(): readonly ObjectStanding[];
  /** Returns what ends it. */
  onChange(listener: () => void): () => void;
}
