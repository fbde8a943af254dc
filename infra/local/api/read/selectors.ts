import type { KubeObject } from '../../objects/kube-object.ts';
import { badRequest } from '../http/status-error.ts';

/** True for an object that a list or watch asks for. */
export type Matcher = (object: KubeObject) => boolean;

type Requirement = { key: string; accepts: (value: string | undefined) => boolean };

const setBased = /^([^\s!=,()]+)\s+(in|notin)\s+\(([^)]*)\)$/;
const equality = /^([^\s!=,()]+)\s*(==|=|!=)\s*([^\s!=,()]*)$/;

/**
 * A label selector as the API server reads it: `a=b`, `a==b`, `a!=b`, `a in (x,y)`, `a notin (x)`, `a`, `!a`, joined
 * by commas.
 *
 * @throws ApiStatusError 400 when a requirement cannot be parsed.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
export function labelMatcher(text: string): Matcher {
  const requirements = splitOutsideParentheses(text).map(labelRequirement);
  return ({ metadata }) => requirements.every(({ key, accepts }) => accepts(metadata.labels?.[key]));
}

function labelRequirement(text: string): Requirement {
  const set = setBased.exec(text);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    const isIn = (value: string | undefined) => value !== undefined && values.includes(value);
    return { key, accepts: operator === 'in' ? isIn : (value) => !isIn(value) };
  }
  const equal = equality.exec(text);
  if (equal) return comparison(equal);
  const presence = /^(!?)\s*([^\s!=,()]+)$/.exec(text);
  if (!presence)
    throw badRequest(`unable to parse requirement: ${JSON.stringify(text)} is not a label selector`);
  const [, negation, key = ''] = presence;
  return { key, accepts: (value) => (value === undefined) === (negation === '!') };
}

/**
 * A field selector: `path=value`, `path!=value`, joined by commas; a missing field counts as the empty string.
 *
 * @throws ApiStatusError 400 for a field the resource does not offer.
 */
export function fieldMatcher(text: string, fields: Record<string, (object: KubeObject) => unknown>): Matcher {
  const requirements = text.split(',').map((part) => {
    const parsed = equality.exec(part.trim());
    const key = parsed?.[1] ?? part.trim();
    const read = fields[key];
    if (!parsed || !read) throw badRequest(`field label not supported: ${key}`);
    return { read, accepts: comparison(parsed).accepts };
  });
  return (object) => requirements.every(({ read, accepts }) => accepts(String(read(object) ?? '')));
}

function comparison([, key = '', operator, wanted = '']: RegExpExecArray): Requirement {
  return { key, accepts: (value) => (value === wanted) === (operator !== '!=') };
}

function splitOutsideParentheses(text: string): string[] {
  return text.split(/,(?![^(]*\))/).map((part) => part.trim());
}
