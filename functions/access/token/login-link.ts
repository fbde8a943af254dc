import type { ClaimStore } from '../../consumer/claim-store.ts';
import { equalText, keyedHash, randomHex } from '../keyed-hash.ts';

/** Where it is remembered that a link was used. */
export type UsedLinks = Pick<ClaimStore, 'claim'>;

const LINK_SECONDS = 600;
const LINK = /^([0-9a-f]{32})\.(\d{1,12})\.([0-9a-f]{64})$/;

/**
 * The path of a link that lets somebody in once, within ten minutes: `/?login=<nonce>.<expiry in Unix
 * seconds>.<mac>`. It shows nothing of the token it is made from.
 */
export async function createLoginPath(token: string, nowMs: number): Promise<string> {
  const signed = `${randomHex()}.${Math.floor(nowMs / 1_000) + LINK_SECONDS}`;
  return `/?login=${signed}.${await mac(token, signed)}`;
}

/** Whether the value of `login` is one of ours, not too old, and used for the first time, which it now is. */
export async function takeLogin(
  login: string,
  { token, used, nowMs }: { readonly token: string; readonly used: UsedLinks; readonly nowMs: number },
): Promise<boolean> {
  const [, nonce = '', expiry = '', given = ''] = LINK.exec(login) ?? [];
  if (!equalText(given, await mac(token, `${nonce}.${expiry}`))) return false;
  if (Number(expiry) * 1_000 <= nowMs) return false;
  // Claimed is decided in one place, so of two browsers that come at once one gets in. The second attempt that a claim
  // allows after its lease is refused here, and the link has expired by then.
  const key = { source: 'page', eventId: `login_${nonce}`, partitionKey: 'page-login', handler: 'login' };
  const claim = await used.claim(key, LINK_SECONDS * 1_000, nowMs);
  return claim.kind === 'claimed' && claim.attempt === 1;
}

function mac(token: string, signed: string): Promise<string> {
  return keyedHash(token, `offhook login\0${signed}`);
}
