import { ApiStatusError } from './status-error.ts';

/** Who may do what: a bearer token to ask for, and verbs to refuse, so that tests can provoke 401 and 403. */
export type AccessRules = {
  /** When set, every request must carry `Authorization: Bearer TOKEN`. */
  token?: string | undefined;
  /** Refused with 403. */
  forbid?: readonly ActPattern[] | undefined;
  /** When set, whatever none of these allows is refused with 403, as RBAC does it. */
  grant?: readonly Grant[] | undefined;
};

/**
 * Acts that a rule is about: `*` stands for every verb or resource, and what is left out for any. A part of an object is a
 * resource of its own, as in RBAC: `pods/status`.
 */
export type ActPattern = {
  readonly verb: string;
  readonly resource: string;
  readonly group?: string;
  readonly namespace?: string;
  readonly name?: string;
};

/** A rule of a Role, or without a namespace of a ClusterRole. `names`: only these objects; `groups`: of any without. */
type Grant = {
  readonly verbs: readonly string[];
  readonly resources: readonly string[];
  readonly groups?: readonly string[];
  readonly namespace?: string;
  readonly names?: readonly string[];
};

/** What somebody does, or asks whether they may; `*` asks for all of them. */
export type Act = {
  readonly verb: string;
  readonly resource: string;
  readonly group?: string | undefined;
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
export function authorize(rules: AccessRules, act: Act & { readonly group: string }): void {
  if (!isForbidden(rules, act)) return;
  const { verb, resource, group, namespace, name } = act;
  const plural = resource.split('/')[0] ?? '';
  const scope = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const object = name === undefined ? '' : ` "${name}"`;
  const kind = group === '' ? plural : `${plural}.${group}`;
  throw new ApiStatusError({
    code: 403,
    reason: 'Forbidden',
    message: `${kind}${object} is forbidden: User "${USER}" cannot ${verb} resource "${resource}" in API group "${group}" ${scope}`,
    details: { ...(name === undefined ? {} : { name }), ...(group === '' ? {} : { group }), kind: plural },
  });
}

/** Whether a rule refuses the verb on the resource, or none grants it. */
export function isForbidden({ forbid = [], grant }: AccessRules, act: Act): boolean {
  return forbid.some((rule) => isAbout(rule, act)) || grant?.some((each) => grants(each, act)) === false;
}

/** Whether a pattern is about an act. */
export function isAbout(pattern: ActPattern, act: Act): boolean {
  const isAny = (ruled: string, asked: string) => ruled === '*' || asked === '*' || ruled === asked;
  const fits = (ruled: string | undefined, asked: string | undefined) =>
    ruled === undefined || ruled === asked;
  return (
    isAny(pattern.verb, act.verb) &&
    isAny(pattern.resource, act.resource) &&
    fits(pattern.group, act.group) &&
    fits(pattern.namespace, act.namespace) &&
    fits(pattern.name, act.name)
  );
}

function grants({ verbs, resources, groups, namespace, names }: Grant, act: Act): boolean {
  const has = (list: readonly string[], one: string) => list.includes('*') || list.includes(one);
  return (
    has(verbs, act.verb) &&
    has(resources, act.resource) &&
    (groups === undefined || has(groups, act.group ?? '')) &&
    (namespace === undefined || namespace === act.namespace) &&
    (names === undefined || (act.name !== undefined && names.includes(act.name)))
  );
}
