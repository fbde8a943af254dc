import { oneOf } from '../../../settings/scalar.ts';
import { section } from '../../../settings/section.ts';
import { MOST_PREVIOUS_SECRETS } from '../../config/subscription-bounds.ts';
import { atomicList } from './field-forms.ts';
import { withRules } from './field-rule.ts';
import { secretReference } from './secret-reference.ts';

/** How events are signed: with the namespace's own key, or with a secret that the receiver shares. */
export function signingSpec() {
  const shape = section({
    mode: oneOf(['Ed25519', 'HMAC'])
      .default('Ed25519')
      .describe('Ed25519: the key of the namespace, whose public half is in status.publicKeys.'),
    secretRef: secretReference('whsec_ secret; mode HMAC only.').optional(),
    previousSecretRefs: atomicList(
      secretReference('An older secret, still signed with while receivers change over.'),
      'previous secrets',
      { most: MOST_PREVIOUS_SECRETS },
    )
      .optional()
      .describe('Older secrets that sign, too, while receivers change over; mode HMAC only.'),
  });
  return withRules(shape, [
    {
      rule: "self.mode == 'HMAC' ? has(self.secretRef) : !has(self.secretRef) && !has(self.previousSecretRefs)",
      message: 'secretRef is required for HMAC and refused for Ed25519',
      holds: ({ mode, secretRef, previousSecretRefs }) =>
        mode === 'HMAC'
          ? secretRef !== undefined
          : secretRef === undefined && previousSecretRefs === undefined,
    },
  ])
    .prefault({})
    .describe('How events are signed.');
}
