import * as z from 'zod';
import { expected, expectedUnseen } from '../../settings/expected.ts';

const LONGEST_LIST = 1000;

/**
 * A list of distinct names. An empty one would match nothing, so it is a fault: leaving the key out means all.
 *
 * @param most `names` in the list, and what to do with more.
 */
export function nameList<T extends z.ZodType<string>>(
  item: T,
  what: string,
  most: { readonly names: number; readonly instead?: string } = { names: LONGEST_LIST },
) {
  const tooMany = most.instead === undefined ? '' : `; ${most.instead}`;
  return distinct(
    z
      .array(item, expectedUnseen(`a list of ${what}, such as [a, b]`))
      .min(1, { error: `the empty list matches nothing; leave the key out for all ${what}` })
      .max(most.names, { error: `expected at most ${most.names} ${what}${tooMany}` }),
  );
}

/** A list in which nothing stands twice. */
export function distinct<T extends z.ZodType<string | number>>(list: z.ZodArray<T>): z.ZodArray<T> {
  return list
    .superRefine((items, context) => {
      items.forEach((item, index) => {
        if (items.indexOf(item) < index) {
          const message = `${JSON.stringify(item)} is listed twice`;
          context.addIssue({ code: 'custom', path: [index], message });
        }
      });
    })
    .meta({ uniqueItems: true });
}

/**
 * An RFC 1123 label: names of namespaces and containers.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names
 */
export function dnsLabel(what: string) {
  const params = expected(`${what}: 1 to 63 of a-z, 0-9 and "-", with "-" at neither end`);
  return z
    .string(params)
    .max(63, params)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, params);
}

/** An RFC 1123 subdomain: names of nodes. */
export function dnsSubdomain(what: string) {
  const params = expected(`${what}: labels of a-z, 0-9 and "-" with dots between, at most 253 characters`);
  return z
    .string(params)
    .max(253, params)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/, params);
}
