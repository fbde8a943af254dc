import { parseEvent } from '../../../protocol/event/parse-event.ts';
import { serialiseEvent } from '../../../protocol/event/serialise-event.ts';
import { readBody } from '../../../protocol/http/read-body.ts';
import { generateSecret } from '../../../protocol/signature/keygen.ts';
import { createSigner } from '../../../protocol/signature/sign.ts';
import { createVerifier } from '../../../protocol/signature/verify.ts';
import { EVERY_EVENT } from '../event/lifecycle-events.ts';

/** What each runtime is asked, as JSON: bytes are lists of numbers. */
export type Questions = {
  readonly messages: readonly {
    readonly secrets: readonly string[];
    readonly id: string;
    readonly timestampSeconds: number;
    readonly body: readonly number[];
  }[];
  readonly deliveries: readonly {
    readonly keys: readonly string[];
    readonly toleranceSeconds?: number;
    readonly headers: readonly (readonly [name: string, value: string])[];
    readonly body: readonly number[];
    readonly nowMs: number;
  }[];
  readonly bodies: readonly (readonly number[])[];
  readonly badSecrets: readonly string[];
  readonly badKeys: readonly string[];
};

export type Answers = Awaited<ReturnType<typeof answer>>;

/** Runs all of the protocol that touches the platform. Imports nothing of Node, so that workerd can run it. */
export async function answer(questions: Questions) {
  const { messages, deliveries, bodies, badSecrets, badKeys } = questions;
  return {
    signatures: await Promise.all(messages.map(signMessage)),
    verifications: await Promise.all(deliveries.map(verifyDelivery)),
    parsed: bodies.map((body) => parseEvent(Uint8Array.from(body))),
    serialised: EVERY_EVENT.map((event) => [...serialiseEvent(event)]),
    read: await Promise.all([10, 11, 12].map(readEleven)),
    refusals: await Promise.all(badSecrets.map((secret) => refusalOf(createSigner([secret])))),
    refusedKeys: await Promise.all(badKeys.map((key) => refusalOf(createVerifier({ keys: [key] })))),
    generated: await Promise.all([generatedKeyWorks('v1'), generatedKeyWorks('v1a')]),
  };
}

async function signMessage({ secrets, body, ...message }: Questions['messages'][number]) {
  const signer = await createSigner(secrets);
  return signer.sign({ ...message, body: Uint8Array.from(body) });
}

async function verifyDelivery({ headers, body, nowMs, ...options }: Questions['deliveries'][number]) {
  const verifier = await createVerifier(options);
  const received = new Headers(headers.map(([name, value]) => [name, value]));
  return verifier.verify(received, Uint8Array.from(body), nowMs);
}

async function readEleven(limitBytes: number) {
  const request = new Request('http://receiver/', { method: 'POST', body: 'eleven byte' });
  const result = await readBody(request.body, limitBytes);
  return result.kind === 'body' ? [...result.bytes] : result.kind;
}

async function refusalOf(starting: Promise<unknown>): Promise<string> {
  return starting.then(
    () => 'accepted',
    (error: unknown) => String(error),
  );
}

async function generatedKeyWorks(scheme: 'v1' | 'v1a'): Promise<string> {
  const { secret, publicKey = secret } = await generateSecret(scheme);
  const message = { id: 'evt_a', timestampSeconds: 1, body: Uint8Array.of(1) };
  const signature = await (await createSigner([secret])).sign(message);
  const verifier = await createVerifier({ keys: [publicKey] });
  const headers = new Headers({
    'webhook-id': 'evt_a',
    'webhook-timestamp': '1',
    'webhook-signature': signature,
  });
  return (await verifier.verify(headers, message.body, 1000)).kind;
}
