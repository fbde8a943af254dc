import { createHmac, createSecretKey, hash, timingSafeEqual } from 'node:crypto';
import type { Digest } from '../../../protocol/bytes/sha256.ts';
import type { PrepareHmac } from '../../../protocol/signature/prepared-key.ts';

/** SHA-256 without waiting for another thread: it takes some microseconds for what an event has. */
export const digestNow: Digest = (data) => hash('sha256', data, 'buffer');

/** HMAC-SHA256, compared in constant time, likewise. */
export const prepareHmacNow: PrepareHmac = (key) => {
  const secret = createSecretKey(key);
  return (signature, content) =>
    timingSafeEqual(createHmac('sha256', secret).update(content).digest(), signature);
};
