import type { BlankedSource } from './blank-source.ts';

/**
 * A function, method or arrow function of a source.
 *
 * @property name what it is called or assigned to; `callback of x` where it is handed to x.
 * @property line 1-based, where its head begins.
 * @property ownLines lines of code from its head to its end without those of the functions inside it; one that fits on
 *   a line belongs to the line.
 * @property allLines the same with them.
 */
export type FoundFunction = {
  readonly name: string;
  readonly line: number;
  readonly ownLines: number;
  readonly allLines: number;
};

/** Where the head begins, its parameters close, and the body begins and ends; between the middle two is a type. */
type Span = {
  readonly name: string;
  readonly from: number;
  readonly close: number;
  readonly body: number;
  readonly to: number;
};

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const NOT_A_NAME = /^(if|for|while|switch|catch|with|return|await|new)$/;

/** Every function of a TypeScript source, by the place where it begins. */
export function findFunctions({ bare, withoutComments }: BlankedSource): FoundFunction[] {
  const pairs = matchBrackets(bare);
  const spans = [...pairs]
    .filter(([open]) => bare[open] === '(')
    .toSorted(([a], [b]) => a - b)
    .flatMap(([open, close]) => functionAt(bare, pairs, { open, close }) ?? []);
  const inType = ({ from }: Span) => spans.some(({ close, body }) => from > close && from < body);
  return measure(
    spans.filter((span) => !inType(span)),
    withoutComments,
  );
}

function matchBrackets(bare: string): Map<number, number> {
  const pairs = new Map<number, number>();
  const open: number[] = [];
  for (let at = 0; at < bare.length; at++) {
    const one = bare.charAt(at);
    if (one in CLOSING) open.push(at);
    const last = open.at(-1);
    if (last === undefined || CLOSING[bare.charAt(last)] !== one) continue;
    pairs.set(last, at);
    open.pop();
  }
  return pairs;
}

type Pairs = ReadonlyMap<number, number>;

/** The function whose parameters these parentheses hold, if they do. */
function functionAt(
  bare: string,
  pairs: Pairs,
  { open, close }: { readonly open: number; readonly close: number },
): Span | undefined {
  let at = skipSpace(bare, close + 1);
  if (bare[at] === ':') at = skipSpace(bare, skipType(bare, pairs, at + 1));
  if (bare.startsWith('=>', at)) {
    const body = skipSpace(bare, at + 2);
    const to = bare[body] === '{' ? pairs.get(body) : endOfExpression(bare, pairs, body);
    if (to === undefined) return undefined;
    return { name: nameOfValue(bare.slice(0, open)), from: open, close, body, to };
  }
  const to = bare[at] === '{' ? pairs.get(at) : undefined;
  const head = /([\w$#\]]+)\s*(<[^()]*>)?\s*$/.exec(bare.slice(Math.max(0, open - 300), open));
  const word = head?.[1];
  if (to === undefined || word === undefined || NOT_A_NAME.test(word)) return undefined;
  const from = open - (head?.[0].length ?? 0);
  const name = word === 'function' ? nameOfValue(bare.slice(0, from)) : word;
  return { name, from, close, body: at, to };
}

/** What a function without a name of its own is known by, from the code before it. */
function nameOfValue(before: string): string {
  const code = before.slice(-300).replace(/\basync\s*$/, '');
  const assigned = /([\w$]+)\s*(?::[^=;{}()]*)?=\s*$/.exec(code) ?? /([\w$]+)\s*:\s*$/.exec(code);
  const callee = /([\w$]+)\((?:[^()]*,)?\s*$/.exec(code);
  return assigned?.[1] ?? (callee === null ? 'anonymous' : `callback of ${callee[1]}`);
}

/** An arrow function without braces, or the type of one, ends where its list, its call or its statement goes on. */
function endOfExpression(bare: string, pairs: Pairs, from: number): number {
  let at = from;
  while (at < bare.length && !/^(?:[,;)\]}]|\s=\s)/.test(bare.slice(at, at + 3)))
    at = (pairs.get(at) ?? at) + 1;
  return at - 1;
}

/** Where a type annotation ends: operands, each with what is attached to it, between operators. */
function skipType(bare: string, pairs: Pairs, from: number): number {
  let at = skipSpace(bare, from);
  for (;;) {
    const word = /^(?:(?:keyof|typeof|readonly|asserts|unique|\||&)\s*)*/.exec(bare.slice(at, at + 200));
    at += word?.[0].length ?? 0;
    const isParenthesis = bare[at] === '(';
    const end = skipOperand(bare, pairs, at);
    if (end === at) return at;
    const next = skipSpace(bare, end);
    const operator = /^(?:\|(?!\|)|&(?!&)|is\b)/.exec(bare.slice(next, next + 3))?.[0];
    if (operator !== undefined) at = skipSpace(bare, next + operator.length);
    else if (isParenthesis && bare.startsWith('=>', next)) at = skipSpace(bare, next + 2);
    else return end;
  }
}

function skipOperand(bare: string, pairs: Pairs, from: number): number {
  let at = pairs.has(from) ? (pairs.get(from) ?? from) + 1 : from;
  if (at === from) at += /^(?:(["'`]).*?\1|[\w$.-]+)/s.exec(bare.slice(from, from + 300))?.[0].length ?? 0;
  if (at === from) return from;
  if (bare[at] === '<') at = endOfAngles(bare, at);
  while (bare[at] === '[') at = (pairs.get(at) ?? at) + 1;
  return at;
}

function endOfAngles(bare: string, from: number): number {
  let depth = 0;
  for (let at = from; at < bare.length; at++) {
    if (bare[at] === '<') depth += 1;
    if (bare[at] === '>' && bare[at - 1] !== '=') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return bare.length;
}

function skipSpace(bare: string, from: number): number {
  let at = from;
  while (/\s/.test(bare.charAt(at))) at += 1;
  return at;
}

function measure(spans: readonly Span[], withoutComments: string): FoundFunction[] {
  const starts = [0, ...[...withoutComments.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const isCode = withoutComments.split('\n').map((line) => line.trim() !== '');
  const lineOf = (offset: number) => starts.findLastIndex((start) => start <= offset);
  const placed = spans.map((span) => ({ ...span, first: lineOf(span.from), last: lineOf(span.to) }));
  return placed.map(({ name, from, to, first, last }) => {
    const inside = placed.filter((each) => each.from > from && each.to <= to && each.last > each.first);
    const all = [...isCode.keys()].filter((line) => line >= first && line <= last && isCode[line]);
    const own = all.filter((line) => !inside.some((each) => line >= each.first && line <= each.last));
    return { name, line: first + 1, ownLines: own.length, allLines: all.length };
  });
}
