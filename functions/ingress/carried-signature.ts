import type { SignedHeaders } from '../../protocol/signature/signed-headers.ts';

/**
 * The signed headers as they travel with an event behind the receiver.
 *
 * @property verified whether they were verified with keys: by the receiver itself, or again by who took the event off
 *   a bus. `false`: whoever can put events on the bus claims them, and nobody has verified that.
 */
export type CarriedSignature = SignedHeaders & { readonly verified: boolean };
