export const VALIDATOR_NAMES = [
  'Complete',
  'StableId',
  'NoPhantom',
  'CausalPerContainer',
  'DeclaredGap',
  'Harmless',
] as const;
export type ValidatorName = (typeof VALIDATOR_NAMES)[number];

/** A promise that was not kept, in one sentence with the identities concerned. */
export type Violation = { readonly validator: ValidatorName; readonly what: string };
