import type { LifecycleEvent } from '../../protocol/event/lifecycle-event.ts';
import { createEventBusHandler, type EventBusTarget } from './event-bus-target.ts';
import type { Handler } from './handler.ts';
import type { TargetGuard } from './target-guard.ts';
import { refuseUnknownKeys } from './unknown-name.ts';
import { createUrlHandler, type UrlTarget } from './url-target.ts';

/** What an event can go to: a function, a URL that is called, or an EventBridge bus it is put on. */
export type Target<E extends LifecycleEvent> = Handler<E> | UrlTarget | EventBusTarget;

/** Whether it can be a target, told from a filter. */
export function isTarget(given: unknown): boolean {
  if (typeof given === 'function') return true;
  return typeof given === 'object' && given !== null && ('url' in given || 'eventBus' in given);
}

const URL_KEYS = ['url', 'secret', 'headers'] as const;
const BUS_KEYS = ['eventBus', 'region', 'credentials', 'endpoint'] as const;

/**
 * The function behind a target.
 *
 * @throws TypeError (SecretError for a secret) when the target is faulty; never with a URL or a secret in the message.
 */
export function targetHandler<E extends LifecycleEvent>(
  name: string,
  target: Target<E>,
  guard?: TargetGuard,
): Handler<E> {
  if (typeof target === 'function') return target;
  const at = `handler ${name}`;
  if (typeof target !== 'object' || target === null) {
    throw new TypeError(`${at}: expected a function, { url } or { eventBus, region, credentials }`);
  }
  if ('url' in target) {
    refuseUnknownKeys(`${at}: target`, target, URL_KEYS);
    return createUrlHandler(at, target, guard);
  }
  refuseUnknownKeys(`${at}: target`, target, BUS_KEYS);
  return createEventBusHandler(at, target, guard);
}
