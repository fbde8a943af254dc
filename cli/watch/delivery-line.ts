import { printable } from '../../protocol/json/printable.ts';
import type { DeliveryEvent, DeliveryNext } from '../../watcher/delivery/delivery-store.ts';

const COLOUR = { delivered: '\x1b[32m', retry: '\x1b[33m', dead: '\x1b[31m' } as const;
const RESET = '\x1b[0m';
const HOOK_WIDTH = 'hookFailed'.length;

/**
 * What came of an event, on one line: when, which event, to whom, the result.
 *
 * @param told `to`: null where there is one receiver alone; `nowMs`: wall time, shown in UTC.
 */
export function deliveryLine(
  event: DeliveryEvent,
  told: {
    readonly nowMs: number;
    readonly to: string | null;
    readonly result: string;
    readonly next: DeliveryNext['kind'];
    readonly colour: boolean;
  },
): string {
  const { nowMs, to, result, next, colour } = told;
  const { hook, subject } = eventInWords(event);
  const painted = colour ? `${COLOUR[next]}${result}${RESET}` : result;
  const clock = new Date(nowMs).toISOString().slice(11, 19);
  const about = `${clock}  ${printable(hook).padEnd(HOOK_WIDTH)}  ${printable(subject)}`;
  return `${to === null ? about : `${about} -> ${to}`}  ${painted}`;
}

/** `postStop.amended` of `dev.offhook.container.postStop.amended`, `gap` of `dev.offhook.gap`. */
export function eventInWords({ type, body }: Pick<DeliveryEvent, 'type' | 'body'>): {
  readonly hook: string;
  readonly subject: string;
} {
  const { subject }: { readonly subject?: unknown } = JSON.parse(new TextDecoder().decode(body));
  const words = type.split('.');
  const hook = words.slice(3).join('.') || words.at(-1) || type;
  return { hook, subject: typeof subject === 'string' ? subject : '' };
}
