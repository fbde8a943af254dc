import * as z from 'zod';

/** Why an attempt failed, in one word; never what the receiver answered. */
export const FAILURE_CLASSES = [
  ...(['DNS', 'Connect', 'TLS', 'Timeout', 'ClientError', 'ServerError'] as const),
  ...(['Gone', 'Refused', 'Denied', 'BadResponse'] as const),
] as const;

/** `status` of either kind, which the watcher writes and nobody else. */
export function subscriptionStatusSchema() {
  return z
    .object({
      observedGeneration: generation().optional().describe('The generation of the spec that was read last.'),
      conditions: z
        .array(condition())
        .max(8)
        .optional()
        .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] })
        .describe('Ready: the spec and all that it names is accepted. Delivering: how deliveries go.'),
      target: z.string().max(300).optional().describe('Scheme and host only.'),
      publicKeys: z
        .array(z.string().max(128))
        .max(4)
        .optional()
        .meta({ 'x-kubernetes-list-type': 'atomic' })
        .describe('Keys that the receiver is to trust; more than one while they are rotated.'),
      pending: counter().describe('Deliveries that wait.'),
      oldestPendingTime: instant().optional().describe('Since when the oldest of them waits.'),
      deadLetters: counter().describe('Deliveries that were given up and are kept.'),
      lastDelivery: z
        .object({
          time: instant().optional(),
          statusCode: z.int().optional(),
          latencyMilliseconds: z.int().optional(),
        })
        .optional()
        .describe('The last delivery that was accepted.'),
      lastFailure: z
        .object({ time: instant().optional(), statusCode: z.int().optional(), class: failureClass() })
        .optional()
        .describe('The last attempt that failed.'),
      lastTest: z
        .object({
          id: z.string().max(128).optional().describe('What the annotation offhook.dev/test asked for.'),
          time: instant().optional(),
          statusCode: z.int().optional(),
          class: failureClass().describe('Left out: the receiver accepted it.'),
          message: z.string().max(1024).optional(),
        })
        .optional()
        .describe('What became of the last test event.'),
    })
    .describe('What became of it.');
}

/** @see https://github.com/kubernetes/community/blob/main/contributors/devel/sig-architecture/api-conventions.md */
function condition() {
  return z.object({
    type: z
      .string()
      .max(316)
      .regex(/^[A-Z][A-Za-z]*$/),
    status: z.enum(['True', 'False', 'Unknown']),
    observedGeneration: generation().optional(),
    lastTransitionTime: instant(),
    reason: z
      .string()
      .min(1)
      .max(1024)
      .regex(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/),
    message: z.string().max(1024),
  });
}

function generation() {
  return z.int().min(0).meta({ format: 'int64' });
}

function counter() {
  return z.int().min(0).meta({ format: 'int64' }).optional();
}

function instant() {
  return z.string().meta({ format: 'date-time' });
}

function failureClass() {
  return z.enum(FAILURE_CLASSES).optional();
}
