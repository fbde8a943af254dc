/**
 * `offhook`: what an event is, and how to tell that it is genuine. Web Crypto and nothing else, so it runs on Node,
 * Workers, Deno, Bun and in browsers.
 *
 * @example
 * const verifier = await createVerifier({ keys: [env.OFFHOOK_SIGNING_SECRET] });
 * const body = new Uint8Array(await request.arrayBuffer());
 * const verdict = await verifier.verify(request.headers, body, Date.now());
 * if (verdict.kind === 'refused') return new Response(verdict.message, { status: verdict.status });
 * const parsed = parseEvent(body, verdict.id);
 */
export {
  CONTAINER_HOOKS,
  type ContainerHook,
  EVENT_TYPE,
  type EventType,
  HOOKS,
  type Hook,
} from '../../protocol/event/event-type.ts';
export type {
  ClusterRef,
  ContainerEvent,
  ContainerKind,
  ContainerRef,
  DisabledEvent,
  Exit,
  GapEvent,
  GapReason,
  HookFailedEvent,
  LifecycleEvent,
  Observation,
  PodRef,
  PostStartEvent,
  PostStopAmendedEvent,
  PostStopEvent,
  PreStartEvent,
  PreStopEvent,
  Stop,
  StopTrigger,
} from '../../protocol/event/lifecycle-event.ts';
export { type ParsedEvent, parseEvent } from '../../protocol/event/parse-event.ts';
export { type GeneratedSecret, generateSecret as keygen } from '../../protocol/signature/keygen.ts';
export { SecretError } from '../../protocol/signature/secret-error.ts';
export { createSigner, type Signer, type WebhookMessage } from '../../protocol/signature/sign.ts';
export { signWebhook as sign } from '../../protocol/signature/sign-webhook.ts';
export {
  createVerifier,
  type Verification,
  type Verified,
  type Verifier,
  type VerifierOptions,
} from '../../protocol/signature/verify.ts';
export type { Refusal, RefusalCode } from '../../protocol/signature/webhook-headers.ts';
