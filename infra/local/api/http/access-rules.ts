import { ApiStatusError } from './status-error.ts';

/** Who may do what: a bearer token to ask for, and verbs to refuse, so that tests can provoke 401 and 403. */
export type AccessRules = {
  /** When set, every request must carry `Authorization: Bearer TOKEN`. */
  token?: string | undefined;
  /** Refused with 403; `resource` may be a plural name or `*`. */
  forbid?: { verb: string; resource: string }[] | undefined;
  /** When set, whatever none of these allows is refused with 403, as RBAC does it. */
  grant?: readonly Grant[] | undefined;
};

/** A rule of a Role, or without a namespace of a ClusterRole. `names`: only these objects. */
type Grant = {
  readonly verbs: readonly string[];
  readonly resources: readonly string[];
  readonly namespace?: string;
  readonly names?: readonly string[];
};

type Act = {
  readonly verb: string;
  readonly resource: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
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
  { verb, resource, group, namespace, name }: Act & { readonly group: string },
): void {
  if (!isForbidden(rules, { verb, resource, namespace, name })) return;
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

/** Whether a rule refuses the verb on the resource, or none grants it; `*` asks for all of them. */
export function isForbidden({ forbid = [], grant }: AccessRules, act: Act): boolean {
  const covers = (ruled: string, asked: string) => ruled === '*' || asked === '*' || ruled === asked;
  const isRefused = forbid.some((rule) => covers(rule.verb, act.verb) && covers(rule.resource, act.resource));
  return isRefused || grant?.some((each) => grants(each, act)) === false;
}

function grants({ verbs, resources, namespace, names }: Grant, act: Act): boolean {
  return (
    verbs.includes(act.verb) &&
    resources.includes(act.resource) &&
    (namespace === undefined || namespace === act.namespace) &&
    (names === undefined || (act.name !== undefined && names.includes(act.name)))
  );
}
