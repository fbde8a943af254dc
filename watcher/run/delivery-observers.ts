import type { DeliveryObserver } from '../delivery/delivery-observer.ts';

/** Several who look on as one; those that come later hear of what happens then. */
interface DeliveryObservers {
  readonly all: Required<DeliveryObserver>;
  add(observer: Partial<DeliveryObserver>): void;
}

export function createDeliveryObservers(first: Partial<DeliveryObserver> = {}): DeliveryObservers {
  const observers = [first];
  return {
    all: {
      onAttempt(report, event) {
        for (const each of observers) each.onAttempt?.(report, event);
      },
      onTurn(turn) {
        for (const each of observers) each.onTurn?.(turn);
      },
    },
    add: (observer) => void observers.push(observer),
  };
}
