/**
 * The vocabulary of event types: what the CloudEvents attribute `type` can be, and the short name ("hook")
 * that subscriptions and handlers use for it.
 */

/** Hooks of one container, in the order in which one change emits them. */
export const CONTAINER_HOOKS = ['preStart', 'postStart', 'preStop', 'postStop', 'hookFailed'] as const;
export type ContainerHook = (typeof CONTAINER_HOOKS)[number];

/** Every name a subscription may list under `hooks`. `gap` and `disabled` concern the bridge itself. */
export const HOOKS = [...CONTAINER_HOOKS, 'gap', 'disabled'] as const;
export type Hook = (typeof HOOKS)[number];

/** CloudEvents `type` of each event Offhook sends. */
export const EVENT_TYPE = {
  preStart: 'dev.offhook.container.preStart',
  postStart: 'dev.offhook.container.postStart',
  preStop: 'dev.offhook.container.preStop',
  postStop: 'dev.offhook.container.postStop',
  postStopAmended: 'dev.offhook.container.postStop.amended',
  hookFailed: 'dev.offhook.container.hookFailed',
  gap: 'dev.offhook.watch.gap',
  disabled: 'dev.offhook.subscription.disabled',
} as const;
export type EventType = (typeof EVENT_TYPE)[keyof typeof EVENT_TYPE];
