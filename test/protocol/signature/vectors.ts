import { createHmac, createPrivateKey, sign } from 'node:crypto';

/** The public vectors of Standard Webhooks, and signatures made by `node:crypto` instead of our own code. */

export const HMAC_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
export const OTHER_HMAC_SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
export const ED25519_SECRET =
  'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==';
export const ED25519_PUBLIC = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=';

export type Vector = {
  readonly secret: string;
  readonly key: string;
  readonly id: string;
  readonly timestampSeconds: number;
  readonly body: string;
  readonly signature: string;
};

const first = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestampSeconds: 1_614_265_330,
  body: '{"test": 2432232314}',
};

export const PUBLIC_VECTORS: readonly Vector[] = [
  {
    ...first,
    secret: HMAC_SECRET,
    key: HMAC_SECRET,
    signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  },
  {
    secret: OTHER_HMAC_SECRET,
    key: OTHER_HMAC_SECRET,
    id: 'msg_27UH4WbU6Z5A5EzD8u03UvzRbpk',
    timestampSeconds: 1_649_367_553,
    body: '{"email":"test@example.com","username":"test_user"}',
    signature: 'v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=',
  },
  {
    ...first,
    secret: ED25519_SECRET,
    key: ED25519_PUBLIC,
    signature: 'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
  },
];

/** Signs any content as any id would have it, also contents that `createSigner` refuses to sign. */
export function hmacSignature(secret: string, content: string | Uint8Array): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}

export function ed25519Signature(secret: string, content: string | Uint8Array): string {
  const seed = Buffer.from(secret.slice('whsk_'.length), 'base64').subarray(0, 32);
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return `v1a,${sign(null, Buffer.from(content), key).toString('base64')}`;
}
