/** A step from a value to what it holds. `filter` keeps the items of a list of which `path` compares as asked. */
export type PathStep =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'index'; readonly at: number }
  | { readonly kind: 'every' }
  | {
      readonly kind: 'filter';
      readonly path: readonly PathStep[];
      readonly operator: string;
      readonly operand: unknown;
    };

const TOKENS = [
  ['filter', /^\[\?\(@(?<path>[^=!<>]+?)\s*(?<operator>==|!=|<=|>=|<|>)\s*(?<operand>[^)]+?)\s*\)\]/],
  ['every', /^(?:\[\*\]|\.\*)/],
  ['index', /^\[(?<at>-?\d{1,9})\]/],
  ['quoted', /^\[(?<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\]/],
  ['field', /^\.?(?<name>(?:[^.[\]\\'"{}()?*@\s]|\\.)+)/],
] as const;

const MOST_STEPS = 50;

/**
 * A path as CustomResourceDefinitions have it: `.a.b`, `['a']`, `[0]`, `[*]`, `[?(@.type=='Ready')]`. Recursive descent and
 * slices are not known.
 *
 * @returns the steps, or undefined for a text that is no such path.
 * @see https://kubernetes.io/docs/reference/kubectl/jsonpath/
 */
export function parseJsonPath(text: string): readonly PathStep[] | undefined {
  if (text === '.') return [];
  if (!/^[.[]/.test(text)) return undefined;
  const steps: PathStep[] = [];
  let rest = text;
  while (rest !== '') {
    const next = nextStep(rest);
    if (next === undefined || steps.length >= MOST_STEPS) return undefined;
    steps.push(next.step);
    rest = rest.slice(next.length);
  }
  return steps;
}

function nextStep(rest: string): { step: PathStep; length: number } | undefined {
  for (const [kind, pattern] of TOKENS) {
    const found = pattern.exec(rest);
    if (found === null) continue;
    const step = stepOf(kind, found.groups ?? {});
    return step === undefined ? undefined : { step, length: found[0].length };
  }
  return undefined;
}

function stepOf(kind: string, parts: Readonly<Record<string, string>>): PathStep | undefined {
  switch (kind) {
    case 'every':
      return { kind: 'every' };
    case 'index':
      return { kind: 'index', at: Number(parts.at) };
    case 'quoted':
      return { kind: 'field', name: unescaped((parts.text ?? '').slice(1, -1)) };
    case 'field':
      return { kind: 'field', name: unescaped(parts.name ?? '') };
    default: {
      const path = parseJsonPath(parts.path ?? '');
      const operand = literal(parts.operand ?? '');
      return path === undefined || operand === undefined
        ? undefined
        : { kind: 'filter', path, operator: parts.operator ?? '', operand };
    }
  }
}

function literal(text: string): unknown {
  const quoted = /^'(.*)'$|^"(.*)"$/s.exec(text);
  if (quoted !== null) return unescaped(quoted[1] ?? quoted[2] ?? '');
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, '$1');
}
