/**
 * `offhook/hooks`: what a module of handlers imports.
 *
 * @example
 * export const registerHandlers: RegisterHandlers = (hooks, env) => {
 *   hooks.on('postStop', { namespace: 'shop' }, async (event, ctx) => { … }, { name: 'page-on-crash' });
 * };
 */
export type { JsonValue } from '../../protocol/json/any-json-value.ts';
export type { Log } from '../ambient/log.ts';
export { GiveUp, RetryLater, StatusError } from '../hooks/attempt-failure.ts';
export type { EventBusTarget } from '../hooks/event-bus-target.ts';
export type { Handler, HandlerContext, HandlerOptions } from '../hooks/handler.ts';
export type { HandlerFetch } from '../hooks/handler-fetch.ts';
export type { HookFilter } from '../hooks/hook-filter.ts';
export type { EventOf, HookName } from '../hooks/hook-name.ts';
export { createHooks, type Hooks } from '../hooks/hooks.ts';
export type { HandlerEnvironment, RegisterHandlers } from '../hooks/register-handlers.ts';
export type { Target } from '../hooks/target.ts';
export type { UrlTarget } from '../hooks/url-target.ts';
export type { EventStanding } from '../ordering/event-standing.ts';
