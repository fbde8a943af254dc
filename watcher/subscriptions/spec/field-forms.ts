import * as z from 'zod';
import { expected, expectedUnseen } from '../../../settings/expected.ts';
import { section } from '../../../settings/section.ts';

/** Text that may be shown. Lengths in characters; the pattern is anchored. */
export function name(wanted: string, longest: number, pattern: RegExp) {
  return text(longest, pattern, expected(wanted));
}

/** Text that may hold a credential: messages do not show it. */
export function unseen(wanted: string, longest: number, pattern: RegExp) {
  return text(longest, pattern, expectedUnseen(wanted));
}

function text(longest: number, pattern: RegExp, params: ReturnType<typeof expected>) {
  return z.string(params).min(1, params).max(longest, params).regex(pattern, params);
}

/**
 * A list whose order has no meaning and in which nothing is twice.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
 */
export function setOf<T extends z.ZodType<string | number>>(
  item: T,
  what: string,
  { least = 0, most }: { readonly least?: number; readonly most: number },
) {
  return boundedList(item, what, { least, most })
    .refine((items) => new Set(items).size === items.length, { error: `${what} must not repeat` })
    .meta({ 'x-kubernetes-list-type': 'set' });
}

/** A list that is replaced as a whole. */
export function atomicList<T extends z.ZodType>(
  item: T,
  what: string,
  { least = 0, most }: { readonly least?: number; readonly most: number },
) {
  return boundedList(item, what, { least, most }).meta({ 'x-kubernetes-list-type': 'atomic' });
}

function boundedList<T extends z.ZodType>(
  item: T,
  what: string,
  { least, most }: { readonly least: number; readonly most: number },
) {
  const error = `expected ${least > 0 ? `${least} to` : 'at most'} ${most} ${what}`;
  const list = z.array(item, expectedUnseen(`a list of ${what}`)).max(most, { error });
  return least > 0 ? list.min(least, { error }) : list;
}

/** A map of which exactly one key is given. */
export function exactlyOne<S extends z.ZodRawShape>(shape: S) {
  const keys = Object.keys(shape).join(', ');
  return section(shape)
    .refine((value) => Object.values(value).filter((each) => each !== undefined).length === 1, {
      error: `expected exactly one of ${keys}`,
    })
    .meta({ minProperties: 1, maxProperties: 1 });
}
