import { describe, expect, it } from 'vitest';
import { createHeaderSigner } from '../../../protocol/signature/sign-headers.ts';
import { readSignedHeaders, writeSignedHeaders } from '../../../protocol/signature/signed-headers.ts';
import { createVerifier } from '../../../protocol/signature/verify.ts';
import { verifyKept } from '../../../protocol/signature/verify-kept.ts';

// The public vector of Standard Webhooks.
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const message = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestampSeconds: 1_614_265_330,
  body: new TextEncoder().encode('{"test": 2432232314}'),
};
const headers = {
  'webhook-id': message.id,
  'webhook-timestamp': '1614265330',
  'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};

describe('the headers of a call', () => {
  it('are the three of Standard Webhooks', async () => {
    expect(await createHeaderSigner('CALL_SECRET', SECRET)(message)).toEqual(headers);
  });

  it.each(['', 'whsec_', 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4='])(
    'are not made with %j, which is said before the first call',
    (secret) => {
      expect(() => createHeaderSigner('CALL_SECRET', secret)).toThrow(/^CALL_SECRET: /);
    },
  );
});

describe('headers that were kept', () => {
  const kept = readSignedHeaders(new Headers(headers));

  it('are word for word those that came, and empty where one did not', () => {
    expect(writeSignedHeaders(kept)).toEqual(headers);
    expect(readSignedHeaders(new Headers())).toEqual({ id: '', timestamp: '', signature: '' });
  });

  it('verify years later, as of their own time', async () => {
    const verifier = await createVerifier({ keys: [SECRET] });
    expect(await verifyKept(verifier, kept, message.body)).toMatchObject({
      kind: 'verified',
      id: message.id,
    });
    expect(await verifyKept(verifier, { ...kept, timestamp: '1614265331' }, message.body)).toMatchObject({
      kind: 'refused',
      code: 'bad_signature',
    });
    expect(await verifyKept(verifier, { ...kept, timestamp: 'then' }, message.body)).toMatchObject({
      code: 'bad_timestamp',
    });
  });
});
