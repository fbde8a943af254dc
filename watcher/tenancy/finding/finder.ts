import type { Clock } from '../../../settings/ambient/clock.ts';
import { every } from '../../../settings/ambient/every.ts';
import type { HookObject } from '../objects/hook-object.ts';
import type { HookSpec } from '../objects/hook-spec.ts';
import { isSameFinding, type ReferenceFinding } from './find-references.ts';

/** A Secret that was changed, and a host that moved, are seen after this time at the latest. */
const REFRESH_MS = 5 * 60_000;
/** What is missing is about to come: `kubectl apply` of a directory creates a Secret after the object that names it. */
const MISSING_MS = 20_000;
const UNANSWERED_MS = 10_000;
/** A receiver that answers 401 to everything must not make a request to the API server of each. */
const LEAST_BETWEEN_MS = 60_000;
const ROUND_MS = 1_000;
/** At the same time; each makes a few requests. */
const MOST_AT_ONCE = 8;
const DEADLINE_MS = 20_000;

type Wanted = { readonly each: HookObject; readonly spec: HookSpec };

type Looking = Wanted & {
  /** What it was looked for by: another one is looked for anew. */
  readonly key: string;
  /** The last one that said something, and of which key. */
  readonly finding: { readonly of: string; readonly is: ReferenceFinding } | null;
  readonly dueAtMs: number;
  readonly beganAtMs: number;
  readonly isUnderWay: boolean;
};

/** Keeps what specs refer to found, object by object. */
interface Finder {
  /** What there is to look for from now on, by UID. What is new or changed is looked for at once. */
  follow(wanted: ReadonlyMap<string, Wanted>): void;
  /** The last that is known; null while nothing is. `isCurrent`: it is of the spec as it is now. */
  of(uid: string): { readonly finding: ReferenceFinding; readonly isCurrent: boolean } | null;
  /** Something speaks against what was found: look again, but not more than once a minute. */
  doubt(uid: string): void;
  stop(): void;
}

/**
 * @param look see `findReferences`.
 * @param onFound something else is known of one.
 * @param onFault looking for one has failed; nobody's object may end the watcher.
 */
export function createFinder(deps: {
  readonly clock: Clock;
  readonly look: (each: HookObject, spec: HookSpec, signal: AbortSignal) => Promise<ReferenceFinding>;
  readonly onFound: () => void;
  readonly onFault: (error: unknown) => void;
}): Finder {
  const { clock, look, onFound, onFault } = deps;
  const known = new Map<string, Looking>();
  const stop = new AbortController();
  let underWay = 0;

  async function begin(uid: string, looking: Looking): Promise<void> {
    underWay += 1;
    known.set(uid, { ...looking, isUnderWay: true, beganAtMs: clock.monotonicMs() });
    const deadline = new AbortController();
    const cancel = clock.after(DEADLINE_MS, () => deadline.abort());
    const signal = AbortSignal.any([stop.signal, deadline.signal]);
    const finding = await look(looking.each, looking.spec, signal)
      .catch((error: unknown): ReferenceFinding => {
        if (!stop.signal.aborted) onFault(error);
        return { kind: 'unanswered', message: 'looking failed' };
      })
      .finally(cancel);
    underWay -= 1;
    if (stop.signal.aborted) return;
    conclude(uid, looking.key, finding);
    round();
  }

  function conclude(uid: string, key: string, finding: ReferenceFinding): void {
    const now = known.get(uid);
    if (now === undefined) return;
    const isOfNow = now.key === key;
    // Of a question that nobody answers the last answer stands.
    const keeps =
      now.finding?.of === key && (finding.kind === 'unanswered' || isSameFinding(now.finding.is, finding));
    known.set(uid, {
      ...now,
      isUnderWay: false,
      finding: keeps ? now.finding : { of: key, is: finding },
      dueAtMs: isOfNow ? clock.monotonicMs() + waitAfter(finding) : now.dueAtMs,
    });
    if (!keeps) onFound();
  }

  function round(): void {
    if (underWay >= MOST_AT_ONCE) return;
    const nowMs = clock.monotonicMs();
    // Whoever waits longest is first: what takes long at every look must not keep others from their own.
    const due = [...known]
      .filter(([, { isUnderWay, dueAtMs }]) => !isUnderWay && dueAtMs <= nowMs)
      .toSorted(([, one], [, other]) => one.dueAtMs - other.dueAtMs);
    for (const [uid, looking] of due.slice(0, MOST_AT_ONCE - underWay)) void begin(uid, looking);
  }

  const stopRounds = every(clock, ROUND_MS, round);
  return {
    follow(wanted) {
      for (const uid of known.keys()) if (!wanted.has(uid)) known.delete(uid);
      for (const [uid, { each, spec }] of wanted) {
        const key = keyOf(each);
        const before = known.get(uid);
        if (before?.key === key) known.set(uid, { ...before, each, spec });
        else {
          const { finding = null, isUnderWay = false, beganAtMs = Number.NEGATIVE_INFINITY } = before ?? {};
          known.set(uid, {
            each,
            spec,
            key,
            finding,
            isUnderWay,
            beganAtMs,
            dueAtMs: clock.monotonicMs(),
          });
        }
      }
      round();
    },
    of(uid) {
      const { finding, key } = known.get(uid) ?? { finding: null, key: '' };
      return finding === null ? null : { finding: finding.is, isCurrent: finding.of === key };
    },
    doubt(uid) {
      const looking = known.get(uid);
      if (looking === undefined) return;
      const dueAtMs = Math.min(looking.dueAtMs, looking.beganAtMs + LEAST_BETWEEN_MS);
      known.set(uid, { ...looking, dueAtMs });
    },
    stop() {
      stopRounds();
      stop.abort();
    },
  };
}

/** The generation counts what is in the spec. */
function keyOf({ object }: HookObject): string {
  return String(object.generation);
}

function waitAfter({ kind }: ReferenceFinding): number {
  if (kind === 'found') return REFRESH_MS;
  return kind === 'missing' ? MISSING_MS : UNANSWERED_MS;
}
