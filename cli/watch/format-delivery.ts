import { printable } from '../../protocol/json/printable.ts';
import type { AttemptReport } from '../../watcher/delivery/delivery-observer.ts';
import type { DeliveryEvent } from '../../watcher/delivery/delivery-store.ts';
import { formatDuration } from '../terminal/format-quantity.ts';

const COLOUR = { delivered: '\x1b[32m', retry: '\x1b[33m', dead: '\x1b[31m' } as const;
const RESET = '\x1b[0m';
const HOOK_WIDTH = 'hookFailed'.length;

/** One attempt as a line of `offhook watch` on a terminal: when, which event, to whom, and what came of it. */
export function formatDelivery(
  report: AttemptReport,
  event: DeliveryEvent,
  { nowMs, colour }: { readonly nowMs: number; readonly colour: boolean },
): string {
  const { hook, subject } = about(event);
  const result = resultOf(report);
  const painted = colour ? `${COLOUR[report.next]}${result}${RESET}` : result;
  const clock = new Date(nowMs).toISOString().slice(11, 19);
  return `${clock}  ${printable(hook).padEnd(HOOK_WIDTH)}  ${printable(subject)} -> ${report.subscription}  ${painted}`;
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

function about({ type, body }: DeliveryEvent): { readonly hook: string; readonly subject: string } {
  const { subject }: { readonly subject?: unknown } = JSON.parse(new TextDecoder().decode(body));
  // `postStop.amended` of `dev.offhook.container.postStop.amended`, `gap` of `dev.offhook.gap`.
  const words = type.split('.');
  const hook = words.slice(3).join('.') || words.at(-1) || type;
  return { hook, subject: typeof subject === 'string' ? subject : '' };
}
