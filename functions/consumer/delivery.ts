import type { LifecycleEvent } from '../../protocol/event/lifecycle-event.ts';
import type { HandoffMessage } from '../ingress/handoff.ts';

/** An event as handlers get it, and the message it came in. */
export type Delivery = { readonly event: LifecycleEvent; readonly message: HandoffMessage };
