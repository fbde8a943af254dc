import * as z from 'zod';

const text = z.string().max(64 * 1024);
const dnsLabel = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'must be a lower case RFC 1123 label');
const command = z.array(text).max(256);
const seconds = z.int().min(0).max(10_000_000);

const execAction = z.looseObject({ command: command.optional() });

/** A lifecycle handler; `httpGet` and `tcpSocket` are kept but the model has no network to call (they succeed). */
const hookSchema = z.looseObject({
  exec: execAction.optional(),
  sleep: z.looseObject({ seconds }).optional(),
});

const probeSchema = z.looseObject({
  exec: execAction.optional(),
  initialDelaySeconds: seconds.optional(),
  periodSeconds: z.int().min(1).max(86_400).optional(),
  failureThreshold: z.int().min(1).max(10_000).optional(),
});

const containerSchema = z.looseObject({
  name: dnsLabel,
  image: text.min(1),
  command: command.nullish(),
  args: command.nullish(),
  restartPolicy: z.string().max(64).optional(),
  lifecycle: z.looseObject({ postStart: hookSchema.optional(), preStop: hookSchema.optional() }).optional(),
  livenessProbe: probeSchema.optional(),
});

const containers = z.array(containerSchema).max(100);

/** The part of a Pod's spec that the model acts on; unknown fields pass through untouched. */
export const podSpecSchema = z.looseObject({
  containers: containers.min(1),
  initContainers: containers.nullish(),
  ephemeralContainers: containers.nullish(),
  restartPolicy: z.enum(['Always', 'OnFailure', 'Never']).optional(),
  terminationGracePeriodSeconds: seconds.nullish(),
  nodeName: z.string().max(253).optional(),
  nodeSelector: z.record(z.string(), z.string()).nullish(),
});

export type PodSpec = z.infer<typeof podSpecSchema>;
export type Container = z.infer<typeof containerSchema>;

/** Seconds a Pod's containers get to stop, when neither the Pod nor the deletion says: the Kubernetes default. */
export const DEFAULT_GRACE_SECONDS = 30;

/** Native sidecars are init containers that keep running (KEP-753). */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}
