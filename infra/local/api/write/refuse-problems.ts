import { equalJson } from '../../objects/json-value.ts';
import type { FieldPath } from '../../schema/field-path.ts';
import { fieldPathText, valueAt } from '../../schema/field-path.ts';
import { type FieldProblem, problemBody, problemText } from '../../schema/field-problem.ts';
import { ApiStatusError } from '../http/status-error.ts';
import type { Resource } from '../resource/resource.ts';

type Subject = { readonly kind: string; readonly group: string; readonly name: string };

/** @throws ApiStatusError 422 when there are problems, with each as a cause. */
export function refuseProblems(
  { kind, group }: Pick<Resource, 'kind' | 'group'>,
  name: string,
  problems: readonly FieldProblem[],
): void {
  if (problems.length > 0) throw invalidObject({ kind, group, name }, problems);
}

/** 422 as `errors.NewInvalid` writes it: one problem by itself, several as a list; the same one is said once. */
export function invalidObject(
  { kind, group, name }: Subject,
  problems: readonly FieldProblem[],
): ApiStatusError {
  const texts = [...new Set(problems.map(problemText))];
  const said = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const causes = problems.map((problem) => ({
    reason: problem.reason,
    message: problemBody(problem),
    field: fieldPathText(problem.path),
  }));
  return new ApiStatusError({
    code: 422,
    reason: 'Invalid',
    message: `${group === '' ? kind : `${kind}.${group}`} ${JSON.stringify(name)} is invalid: ${said}`,
    details: {
      ...(name === '' ? {} : { name }),
      ...(group === '' ? {} : { group }),
      ...(kind === '' ? {} : { kind }),
      causes,
    },
  });
}

/** Problems that an update brings; of what it leaves as it was, nobody is told (CRDValidationRatcheting). */
export function newProblems(
  problems: readonly FieldProblem[],
  { next, current }: { readonly next: unknown; readonly current: unknown },
): readonly FieldProblem[] {
  const isOld = (path: FieldPath) =>
    path.length > 0 && equalJson(valueAt(next, path), valueAt(current, path));
  return problems.filter(
    ({ path, reason }) => !isOld(reason === 'FieldValueRequired' ? path.slice(0, -1) : path),
  );
}
