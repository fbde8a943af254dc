import { section } from '../../../settings/section.ts';
import { name } from './field-forms.ts';

/** Names of objects: RFC 1123 subdomains. */
const OBJECT_NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const DATA_KEY = /^[-._a-zA-Z0-9]+$/;

/**
 * One key of a Secret, in the namespace of the HookSubscription or in `secretNamespace`.
 *
 * @param about what it holds.
 */
export function secretReference(about: string) {
  return section({
    name: secretName().describe('Name of the Secret, which needs the label offhook.dev/credential: "true".'),
    key: name('a key of a Secret: letters, digits and -._', 253, DATA_KEY).describe('Key in its data.'),
  })
    .describe(about)
    .meta({ 'x-kubernetes-map-type': 'atomic' });
}

export function secretName() {
  return name('the name of a Secret: at most 253 of a-z, 0-9, "-" and "."', 253, OBJECT_NAME);
}
