import { section } from '../../../settings/section.ts';
import { CLIENT_ID_PATTERN, OAUTH2, SCOPE_PATTERN } from '../../config/subscription-bounds.ts';
import { exactlyOne, name, setOf } from './field-forms.ts';
import { publicUrl } from './public-url.ts';
import { secretReference } from './secret-reference.ts';

/** What a request is allowed by, beside its signature. */
export function authSpec() {
  return exactlyOne({
    bearer: section({ secretRef: secretReference('Token sent as Authorization: Bearer.') })
      .describe('A token of the receiver.')
      .optional(),
    oauth2: oauth2Spec().optional(),
  }).describe('Authorization of requests: exactly one of.');
}

function oauth2Spec() {
  const { clientId, scopes, scope, audience } = OAUTH2;
  const ascii = (what: string, longest: number) =>
    name(`${what}: at most ${longest} of printable ASCII`, longest, CLIENT_ID_PATTERN);
  return section({
    tokenURL: publicUrl('Where tokens are asked for: an https URL of a host with a public name.'),
    clientID: ascii('a client id', clientId).describe('Client id.'),
    clientSecretRef: secretReference('Client secret.'),
    scopes: setOf(name('a scope without spaces', scope, SCOPE_PATTERN), 'scopes', { most: scopes })
      .optional()
      .describe('Scopes that are asked for.'),
    audience: ascii('an audience', audience).optional().describe('Audience that is asked for.'),
  }).describe('OAuth 2.0 client credentials.');
}
