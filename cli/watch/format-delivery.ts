import { printable } from '../../protocol/json/printable.ts';
import type { AttemptReport } from '../../watcher/delivery/delivery-observer.ts';
import type { DeliveryEvent } from '../../watcher/delivery/delivery-store.ts';
import { formatDuration } from '../terminal/format-quantity.ts';
import { deliveryLine } from './delivery-line.ts';

/** One attempt as a line of `offhook watch` on a terminal: when, which event, to whom, and what came of it. */
export function formatDelivery(
  report: AttemptReport,
  event: DeliveryEvent,
  { nowMs, colour }: { readonly nowMs: number; readonly colour: boolean },
): string {
  const { next, subscription } = report;
  return deliveryLine(event, { nowMs, to: subscription, result: resultOf(report), next, colour });
}

function resultOf({ next, status, reason, attempt, durationMs, retryInMs }: AttemptReport): string {
  const again = attempt > 1 ? ` at attempt ${attempt}` : '';
  switch (next) {
    case 'delivered':
      return `${status ?? 'delivered'} in ${Math.round(durationMs)} ms${again}`;
    case 'retry':
      return `${printable(reason ?? '')}${again}; next attempt in ${formatDuration(retryInMs ?? 0)}`;
    case 'dead':
      return `dead letter: ${printable(reason ?? '')}`;
  }
}
