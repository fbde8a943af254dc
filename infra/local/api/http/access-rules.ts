import { ApiStatusError } from './status-error.ts';

/** Who may do what: a bearer token to ask for, and verbs to refuse, so that tests can provoke 401 and 403. */
export type AccessRules = {
  /** When set, every request must carry `Authorization: Bearer TOKEN`. */
  token?: string | undefined;
  /** Refused with 403; `resource` may be a plural name or `*`. */
  forbid?: { verb: string; resource: string }[] | undefined;
};

const USER = 'system:serviceaccount:default:local';

/** @throws ApiStatusError 401 when a token is required and not given. */
export function authenticate({ token }: AccessRules, authorization: string): void {
  if (token === undefined || authorization === `Bearer ${token}`) return;
  throw new ApiStatusError({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' });
}

/** @throws ApiStatusError 403 when a rule refuses the verb on the resource. */
export function authorize(
  rules: AccessRules,
  {
    verb,
    resource,
    group,
    namespace,
    name,
  }: {
    verb: string;
    resource: string;
    group: string;
    namespace?: string | undefined;
    name?: string | undefined;
  },
): void {
  if (!isForbidden(rules, { verb, resource })) return;
  const scope = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const object = name === undefined ? '' : ` "${name}"`;
  const kind = group === '' ? resource : `${resource}.${group}`;
  throw new ApiStatusError({
    code: 403,
    reason: 'Forbidden',
    message: `${kind}${object} is forbidden: User "${USER}" cannot ${verb} resource "${resource}" in API group "${group}" ${scope}`,
    details: { ...(name === undefined ? {} : { name }), ...(group === '' ? {} : { group }), kind: resource },
  });
}

/** Whether a rule refuses the verb on the resource; `*` asks for all of them. */
export function isForbidden(
  { forbid = [] }: AccessRules,
  { verb, resource }: { verb: string; resource: string },
): boolean {
  const covers = (ruled: string, asked: string) => ruled === '*' || asked === '*' || ruled === asked;
  return forbid.some((rule) => covers(rule.verb, verb) && covers(rule.resource, resource));
}
