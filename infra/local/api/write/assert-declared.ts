import type { JsonObject } from '../../objects/json-value.ts';
import { withIdentity } from '../../schema/structural-schema.ts';
import { ApiStatusError } from '../http/status-error.ts';
import { undeclaredFields } from '../ownership/undeclared-fields.ts';
import { apiVersion, type Resource } from '../resource/resource.ts';

/**
 * Server-side apply takes only what the schema declares: there is no other way to know who owns what.
 *
 * @throws ApiStatusError 500, as the API server answers (test/fixtures/protocol/cr-status-apply-unknown-field.http).
 */
export function assertDeclared(
  resource: Resource,
  applied: JsonObject,
  { namespace, name }: { readonly namespace?: string | undefined; readonly name?: string | undefined },
): void {
  const schema = resource.rules?.owned;
  if (schema === undefined) return;
  const faults = undeclaredFields(withIdentity(schema), applied);
  if (faults.length === 0) return;
  const why = faults.length === 1 ? faults[0] : `errors:\n${faults.map((fault) => `  ${fault}`).join('\n')}`;
  const object = `${namespace ?? ''}/${name ?? ''}; ${apiVersion(resource)}, Kind=${resource.kind}`;
  throw new ApiStatusError({ code: 500, message: `failed to create typed patch object (${object}): ${why}` });
}
