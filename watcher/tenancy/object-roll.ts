import type { Clock } from '../../settings/ambient/clock.ts';
import type { ProxyFor } from '../../settings/outbound/http-proxy.ts';
import type { SubscriptionConfig } from '../config/watcher-config.ts';
import type { ApiClient } from '../source/api/call-api.ts';
import type { ObjectStanding, ObjectStandings } from '../subscriptions/objects/object-standing.ts';
import { createEnrolment, type Enrolled } from './enrolment/enrol-object.ts';
import type { ReferenceFinding } from './finding/find-references.ts';
import { createFinder } from './finding/finder.ts';
import type { NamespaceKeys } from './keys/namespace-keys.ts';
import type { HookObjects } from './objects/follow-hook-objects.ts';
import type { HookObject } from './objects/hook-object.ts';
import type { HookSpec } from './objects/hook-spec.ts';
import { type Admission, judgeObjects } from './objects/judge-objects.ts';
import { selectedNamespaces } from './objects/selected-namespaces.ts';

/** What is found of many objects at the same time becomes one change of the book. */
const TOGETHER_MS = 50;

/** The subscriptions that objects make, as the objects are now. */
export interface ObjectRoll extends ObjectStandings {
  /** The objects have changed, or what the operator allows. */
  refresh(): void;
  /** A receiver answered 401 or 403: its credentials may be old. */
  doubt(subscription: string): void;
  stop(): void;
}

type RollDeps = {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly objects: Pick<HookObjects, 'all' | 'namespaces'>;
  readonly admission: () => Admission;
  readonly keys: NamespaceKeys;
  readonly proxyFor: ProxyFor;
  readonly look: (each: HookObject, spec: HookSpec, signal: AbortSignal) => Promise<ReferenceFinding>;
  /** All subscriptions that objects make from now on: the same ones are the same objects. */
  readonly onSubscriptions: (all: readonly SubscriptionConfig[]) => void;
  /** Looking for something has failed in an unforeseen way; it is tried again. */
  readonly onFault: (error: unknown) => void;
};

/** Puts together what objects say, what the operator allows, and what was found of what they refer to. */
export function createObjectRoll(deps: RollDeps): ObjectRoll {
  const { clock, objects, admission, look, onSubscriptions, onFault } = deps;
  const listeners = new Set<() => void>();
  const enrolment = createEnrolment(deps);
  let all: readonly Enrolled[] = [];
  let standings: readonly ObjectStanding[] = [];
  let cancel: (() => void) | null = null;

  function refreshSoon(): void {
    cancel ??= clock.after(TOGETHER_MS, refresh);
  }

  const finder = createFinder({ clock, look, onFound: refreshSoon, onFault });

  function refresh(): void {
    cancel?.();
    cancel = null;
    const there = objects.all();
    const judged = judgeObjects(there.values(), admission());
    const wanted = new Map(
      [...judged].flatMap(([uid, judgement]) => {
        const each = there.get(uid);
        return each === undefined || judgement.kind === 'refused'
          ? []
          : [[uid, { each, spec: judgement.spec }]];
      }),
    );
    finder.follow(wanted);
    const labels = [...objects.namespaces()];
    const before = new Map(all.map((each) => [each.standing.object.uid, each]));
    all = [...judged].flatMap(([uid, judgement]) => {
      const each = there.get(uid);
      if (each === undefined) return [];
      if (judgement.kind === 'refused') return [enrolment.refused(each, judgement, before.get(uid))];
      const namespaces = selectedNamespaces(judgement.spec, labels);
      const found = finder.of(uid);
      return [enrolment.admitted(each, judgement.spec, { namespaces, found, before: before.get(uid) })];
    });
    tell();
  }

  function tell(): void {
    const next = all.map(({ standing }) => standing);
    const isSame =
      next.length === standings.length && next.every((standing, index) => standing === standings[index]);
    if (!isSame) standings = next;
    onSubscriptions(all.flatMap(({ subscription }) => (subscription === null ? [] : [subscription])));
    if (isSame) return;
    for (const listener of listeners) listener();
  }

  return {
    refresh,
    all: () => standings,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    doubt(subscription) {
      const doubted = standings.find((standing) => standing.subscription === subscription);
      if (doubted !== undefined) finder.doubt(doubted.object.uid);
    },
    stop() {
      cancel?.();
      finder.stop();
    },
  };
}
