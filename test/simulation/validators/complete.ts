import { type History, toldTo } from '../history.ts';
import { QUOTA_SUBSCRIPTION } from '../subscriptions.ts';
import { expectedHooks } from './expected-hooks.ts';
import type { Violation } from './violation.ts';

/**
 * Complete: whatever the API showed is told.
 *
 * Demands, once everything works again:
 * - every hook that {@link expectedHooks} derives from what the API showed outside declared gaps was accepted (2xx) by
 *   the receiver of each subscription, or lies in its dead letters;
 * - every subscription that its receiver ended is told to the others as `disabled`;
 * - nothing is pending;
 * - of the tenant of which next to nothing may wait, what was not accepted is a dead letter for that reason and no other; of
 *   nobody else is anything dead for it.
 *
 * Tolerates: what lies in a declared gap and is not shown by the list that ends it; runs the kubelet never wrote; what
 * was before the first complete list; an Event that was changed again where history of Events is gone; anything of a subscription after its
 * receiver said 410; events accepted any number of times.
 */
export function complete(history: History): readonly Violation[] {
  const violation = (what: string): Violation => ({ validator: 'Complete', what });
  if (!history.commits.some(({ stream }) => stream === 'pods')) return [violation('no list was ever stored')];
  const expected = expectedHooks(history);
  const names = ['patient', 'ordered', 'impatient', ...(history.hasQuota ? [QUOTA_SUBSCRIPTION] : [])];
  const missing = names.flatMap((subscription) => {
    if (history.gone.has(subscription)) return [];
    const accepted = new Set(
      history.arrivals
        .filter((arrival) => arrival.subscription === subscription && arrival.accepted)
        .map(({ id }) => id),
    );
    const dead = history.deadLetters.get(subscription);
    return [...expected]
      .filter(([id]) => !accepted.has(id) && !dead?.has(id))
      .map(([, what]) => violation(`${what} was not delivered to ${subscription}`));
  });
  const pending =
    history.pending > 0 ? [violation(`${history.pending} deliveries are pending at the end`)] : [];
  return [
    ...missing,
    ...untoldEndings(history).map(violation),
    ...misplacedQuota(history).map(violation),
    ...pending,
  ];
}

function misplacedQuota({ deadLetters, overQuota }: History): readonly string[] {
  const others = [...overQuota.keys()].filter((name) => name !== QUOTA_SUBSCRIPTION);
  const dead = deadLetters.get(QUOTA_SUBSCRIPTION) ?? new Set();
  const forOtherReasons = [...dead].filter((id) => !overQuota.get(QUOTA_SUBSCRIPTION)?.has(id));
  return [
    ...others.map((name) => `${name} has dead letters for the quota of a tenant that is not its own`),
    ...forOtherReasons.map((id) => `${id} is a dead letter of the tenant, which was within its quota`),
  ];
}

function untoldEndings(history: History): readonly string[] {
  const told = new Set(
    toldTo(history).flatMap(({ event: { data } }) => (data.hook === 'disabled' ? [data.subscription] : [])),
  );
  if (history.gone.has('patient')) return [];
  return [...history.disabled]
    .filter((name) => !told.has(name))
    .map((name) => `that ${name} was disabled was not told`);
}
