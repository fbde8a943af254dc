import type { DeliveryName, Replay } from '../../watcher/journal/operations/replay-deliveries.ts';

/** What to send again, with what was left out and why; or why nothing can be sent. */
export type ReplayPlan =
  | { readonly kind: 'plan'; readonly deliveries: readonly DeliveryName[]; readonly notes: readonly string[] }
  | { readonly kind: 'refused'; readonly message: string };

/** What a plan is made on. */
export type ReplaySurroundings = {
  readonly replay: Replay;
  /** Names in the configuration; null when that is not known. */
  readonly configured: readonly string[] | null;
};

/** All dead letters of a subscription. */
export function planDeadLetters(
  subscription: string,
  { replay, configured }: ReplaySurroundings,
): ReplayPlan {
  const obstacle = obstacleTo(subscription, { replay, configured });
  if (obstacle !== null) return { kind: 'refused', message: obstacle };
  const deliveries = replay.deadLettersOf(subscription).map((sequence) => ({ sequence, subscription }));
  return { kind: 'plan', deliveries, notes: [] };
}

/** One stored event: to one subscription that it was meant for, or to all of them that can be sent to. */
export function planEvent(
  sequence: number,
  subscription: string | undefined,
  surroundings: ReplaySurroundings,
): ReplayPlan {
  const all = surroundings.replay.deliveriesOf(sequence);
  const wanted = all.filter((each) => subscription === undefined || each.subscription === subscription);
  if (subscription !== undefined && wanted.length === 0) {
    const known = all.map((each) => each.subscription).join(', ') || 'none';
    const message = `event ${sequence} was never meant for ${subscription}; it was for: ${known}`;
    return { kind: 'refused', message };
  }
  const notes: string[] = [];
  const deliveries = wanted.filter((delivery) => {
    const pending =
      delivery.state === 'pending'
        ? `it waits for ${delivery.subscription} already; to try it now: offhook journal retry ${sequence}`
        : null;
    const obstacle = pending ?? obstacleTo(delivery.subscription, surroundings);
    if (obstacle !== null) notes.push(obstacle);
    return obstacle === null;
  });
  const [first] = notes;
  return subscription !== undefined && first !== undefined && wanted[0]?.state !== 'pending'
    ? { kind: 'refused', message: first }
    : { kind: 'plan', deliveries, notes };
}

/** Why nothing would be sent to a subscription. */
export function obstacleTo(subscription: string, { replay, configured }: ReplaySurroundings): string | null {
  if (configured !== null && !configured.includes(subscription)) {
    return `subscription ${subscription} is not in the configuration, so nobody would send it`;
  }
  const why = replay.disabledWhy(subscription);
  return why === null
    ? null
    : `subscription ${subscription} is disabled (${why}); first: offhook journal enable ${subscription}`;
}
