import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import type { PrepareHmac } from '../../../protocol/signature/prepared-key.ts';

/** HMAC-SHA256, compared in constant time, without waiting for another thread. */
export const prepareHmacNow: PrepareHmac = (key) => {
  const secret = createSecretKey(key);
  return (signature, content) =>
    timingSafeEqual(createHmac('sha256', secret).update(content).digest(), signature);
};
