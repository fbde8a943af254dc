/**
 * By this header of an answer a receiver says more than a status can.
 *
 * @see https://docs.svix.com/receiving/delivery-control
 */
export const DELIVERY_CONTROL_HEADER = 'webhook-delivery';

/** Its values: nothing more is to come for this subscription; this message alone will never be accepted. */
export const DELIVERY_CONTROL = { disable: 'disable', abortMessage: 'abort-message' } as const;
