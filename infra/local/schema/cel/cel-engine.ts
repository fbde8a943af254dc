import { messageOf } from '../../../../settings/ambient/describe-error.ts';

/** What a rule is asked about; `oldSelf` only where there was a value before. */
export type RuleInput = { readonly self: unknown; readonly oldSelf?: unknown };

/**
 * A rule that has been read. `asks` tells what it says of a value, or why it cannot be asked.
 *
 * @property comparesOld whether it speaks of `oldSelf`, and so only of changes.
 */
export type CelProgram = {
  readonly comparesOld: boolean;
  asks(input: RuleInput): { readonly value: unknown } | { readonly failure: string };
};

export type CelEngine = {
  /** @param wanted the type that the expression must have. */
  compile(expression: string, wanted: 'bool' | 'string'): CelProgram | { readonly fault: string };
};

const LIMITS = { maxAstNodes: 5000, maxDepth: 100 };

/** The engine is loaded when a definition first has a rule: most clusters have none. */
export async function loadCelEngine(): Promise<CelEngine> {
  const { Environment } = await import('@marcbachmann/cel-js');
  const options = { homogeneousAggregateLiterals: false, enableOptionalTypes: true, limits: LIMITS };
  const withoutOld = new Environment(options).registerVariable('self', 'dyn');
  const environment = withoutOld.clone().registerVariable('oldSelf', 'dyn');
  return {
    compile(expression, wanted) {
      const checked = environment.check(expression);
      if (!checked.valid) return { fault: firstLine(messageOf(checked.error)) };
      if (checked.type !== wanted && checked.type !== 'dyn') {
        return { fault: `must evaluate to a ${wanted}, not to ${checked.type ?? 'nothing'}` };
      }
      const evaluate = environment.parse(expression);
      return {
        comparesOld: !withoutOld.check(expression).valid,
        asks(input) {
          try {
            return { value: evaluate({ ...input }) };
          } catch (error) {
            return { failure: firstLine(messageOf(error)) };
          }
        },
      };
    },
  };
}

/** The engine's messages show the place below the first line. */
function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
