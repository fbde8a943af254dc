import * as z from 'zod';
import { FAILURE_CLASSES } from '../subscriptions/spec/status-schema.ts';
import type { ObjectStatus } from './object-status.ts';

const time = z
  .string()
  .max(40)
  .refine((text) => !Number.isNaN(Date.parse(text)));
const count = z.int().nonnegative();
const statusCode = z.int().optional();

const condition = z.object({
  type: z.enum(['Ready', 'Delivering']),
  status: z.enum(['True', 'False', 'Unknown']),
  reason: z.string().max(1024),
  message: z.string().max(1024),
  observedGeneration: count,
  lastTransitionTime: time,
});

const FIELDS = {
  observedGeneration: count,
  target: z.string().max(300),
  publicKeys: z.array(z.string().max(128)).max(4),
  pending: count,
  oldestPendingTime: time,
  deadLetters: count,
  lastDelivery: z.object({ time, statusCode, latencyMilliseconds: count }),
  lastFailure: z.object({ time, statusCode, class: z.enum(FAILURE_CLASSES) }),
  lastTest: z.object({
    id: z.string().max(64),
    time,
    statusCode,
    class: z.enum(FAILURE_CLASSES).optional(),
    message: z.string().max(1024),
  }),
};

const conditions = z.array(z.unknown()).max(8);

/**
 * What an object says of itself, as far as it is of the form that we write; anything else in it is left out, because
 * whoever may write a status may write anything.
 */
export function readObjectStatus(status: unknown): Partial<ObjectStatus> {
  if (typeof status !== 'object' || status === null) return {};
  const said = new Map(Object.entries(status));
  const fields = Object.entries(FIELDS).flatMap(([name, schema]) => {
    const parsed = schema.safeParse(said.get(name));
    return parsed.success ? [[name, parsed.data]] : [];
  });
  const listed = conditions.safeParse(said.get('conditions'));
  const read = (listed.data ?? []).flatMap((each) => {
    const parsed = condition.safeParse(each);
    return parsed.success ? [parsed.data] : [];
  });
  return { ...Object.fromEntries(fields), ...(read.length > 0 && { conditions: read }) };
}
