/** How a label expression asks for a label: Kubernetes' set-based requirements. */
export const LABEL_OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;
export type LabelOperator = (typeof LABEL_OPERATORS)[number];

/**
 * One requirement on labels, as `matchExpressions` of a Kubernetes selector has it.
 *
 * @property values at least one for `In` and `NotIn`, none for the others.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/
 */
export type LabelExpression = {
  readonly key: string;
  readonly operator: LabelOperator;
  readonly values?: readonly string[] | undefined;
};

type Labels = Readonly<Record<string, string>>;

/** Whether labels satisfy every expression. `NotIn` is satisfied, too, where the label is missing. */
export function matchesLabelExpressions(
  expressions: readonly LabelExpression[] | undefined,
  labels: Labels,
): boolean {
  return expressions === undefined || expressions.every((expression) => matches(expression, labels));
}

function matches({ key, operator, values = [] }: LabelExpression, labels: Labels): boolean {
  // Own ones only: nobody gave a Pod the label `constructor`.
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return operator satisfies never;
  }
}
