import type * as z from 'zod';

/**
 * What a type cannot say of a field, twice: as the API server is told it, and as the watcher checks it.
 *
 * @property rule CEL over `self`. The server refuses a CRD whose rules could cost too much: no `url()`, no `isIP()`.
 * @property message what is shown in place of the rule; the server shows no other.
 * @see https://kubernetes.io/docs/reference/using-api/cel/
 */
type FieldRule<T> = {
  readonly rule: string;
  readonly message: string;
  readonly holds: (value: T) => boolean;
};

/** The schema with rules that are checked when everything else about the field is right, as the API server does. */
export function withRules<S extends z.ZodType>(schema: S, rules: readonly FieldRule<z.output<S>>[]): S {
  const checked = rules.reduce<z.ZodType>(
    (under, { message, holds }) => under.refine((value) => holds(value as z.output<S>), { error: message }),
    schema,
  );
  const validations = rules.map(({ rule, message }) => ({ rule, message }));
  return checked.meta({ 'x-kubernetes-validations': validations }) as S;
}
