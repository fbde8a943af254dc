import { type History, toldTo } from '../history.ts';
import { expectedHooks } from './expected-hooks.ts';
import type { Violation } from './violation.ts';

/**
 * Complete: whatever the API showed is told.
 *
 * Demands, once everything works again:
 * - every hook that {@link expectedHooks} derives from what the API showed outside declared gaps was accepted (2xx) by
 *   the receiver of each subscription, or lies in its dead letters;
 * - every subscription that its receiver ended is told to the others as `disabled`;
 * - nothing is pending.
 *
 * Tolerates: what lies in a declared gap and is not shown by the list that ends it; runs the kubelet never wrote; what
 * was before the first complete list; an Event that was changed again where history of Events is gone; anything of a subscription after its
 * receiver said 410; events accepted any number of times.
 */
export function complete(history: History): readonly Violation[] {
  const violation = (what: string): Violation => ({ validator: 'Complete', what });
  if (!history.commits.some(({ stream }) => stream === 'pods')) return [violation('no list was ever stored')];
  const expected = expectedHooks(history);
  const missing = ['patient', 'ordered', 'impatient'].flatMap((subscription) => {
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
  return [...missing, ...untoldEndings(history).map(violation), ...pending];
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
