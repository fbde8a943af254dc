/** @property name who it is, an e-mail address or subject, where that is known. */
type Identity = {
  readonly how: 'open' | 'token' | 'cloudflareAccess' | 'alb';
  readonly name: string | null;
};

/**
 * What the request shows, as far as other sites' pages are concerned:
 * - `session`: our own cookie, which holds this secret.
 * - `bearer`: a header that no browser sends by itself.
 * - `ambient`: something every request from here has, wherever it was started.
 */
type Proof =
  | { readonly kind: 'session'; readonly secret: string }
  | { readonly kind: 'bearer' }
  | { readonly kind: 'ambient' };

/**
 * - `off`: there is no page here.
 * - `denied`: there is one, but the request does not show what it needs.
 * - `wrongHost`: it is open, and the request did not name a loopback host.
 * - `enter`: the cookie is to be set, and the page opened without the secret in its address.
 * - `allowed`: show it.
 */
export type Access =
  | { readonly kind: 'off' }
  | { readonly kind: 'denied'; readonly why: Denial }
  | { readonly kind: 'wrongHost' }
  | { readonly kind: 'enter'; readonly setCookie: string }
  | Allowed;

/**
 * What the request showed instead: nothing, a one-time link that is used up, a token that is not the one, or a cookie
 * from before the token was changed.
 */
export type Denial = 'noAccess' | 'loginLink' | 'wrongToken' | 'oldCookie';

export type Allowed = {
  readonly kind: 'allowed';
  readonly identity: Identity;
  readonly proof: Proof;
};

export type PageAccess = {
  check(request: Request): Promise<Access>;
  /** What somebody who is denied can do. */
  readonly ways: readonly ('token' | 'cloudflareAccess' | 'alb')[];
};

/** null: this way in has nothing to say about the request. */
export type CheckAccess = (request: Request) => Promise<Access | null>;
