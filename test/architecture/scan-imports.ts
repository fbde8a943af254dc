import { blankSource } from './blank-source.ts';

/**
 * One import of a module.
 *
 * @property specifier as written; `null` when it is computed at run time.
 * @property kind `type`: the whole statement is erased; `dynamic`: `import(…)`, as a value or as a type.
 * @property names what stands between `import` or `export` and `from`.
 */
export type Import = {
  readonly specifier: string | null;
  readonly kind: 'static' | 'type' | 'dynamic';
  readonly names: string;
  readonly line: number;
};

const FROM = /(?<![.\w$#])(import|export)\b(?<names>[\w\s{},*$]*?)\bfrom\s*(?<quote>["'])/g;
const SIDE_EFFECT = /(?<![.\w$#])import\s*(?<quote>["'])/g;
const DYNAMIC = /(?<![.\w$#])import\s*\(\s*(?<quote>["'`]?)/g;

/** Every import and re-export of a TypeScript source, those in comments and strings left out. */
export function scanImports(source: string): Import[] {
  const { bare } = blankSource(source);
  const found = [...matches(FROM, bare), ...matches(SIDE_EFFECT, bare), ...matches(DYNAMIC, bare)];
  return found
    .toSorted((a, b) => a.index - b.index)
    .map((match) => {
      const names = match.groups?.names ?? '';
      return {
        specifier: literalAfter(source, bare, match),
        kind: match[0].endsWith('(') || /^import\s*\(/.test(match[0]) ? 'dynamic' : kindOf(names),
        names: names.trim(),
        line: lineAt(source, match.index),
      };
    });
}

/** 1-based line of an offset. */
export function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length;
}

function matches(pattern: RegExp, text: string): RegExpExecArray[] {
  return [...text.matchAll(pattern)];
}

/** `import type X from` is erased; `import type from` imports something called "type". */
function kindOf(names: string): 'static' | 'type' {
  return /^\s*type\s*[\w{*$]/.test(names) ? 'type' : 'static';
}

function literalAfter(source: string, bare: string, match: RegExpExecArray): string | null {
  const quote = match.groups?.quote ?? '';
  const start = match.index + match[0].length;
  if (quote === '') return null;
  const end = bare.indexOf(quote, start);
  const literal = source.slice(start, end);
  const follows = bare
    .slice(end + 1)
    .trimStart()
    .charAt(0);
  // `import(`./${name}.ts`)` and `import('./a' + b)` are computed.
  const computed = match[0].includes('(') && (literal.includes('${') || !/^[),]$/.test(follows));
  return computed ? null : literal;
}
