/**
 * TypeScript source with what is not code blanked out, offsets and line breaks kept.
 *
 * @property withoutComments comments are spaces.
 * @property bare comments and the insides of strings, templates and regular expressions are spaces; the quotes
 *   stay, and so does the code inside `${…}`.
 */
export type BlankedSource = { readonly withoutComments: string; readonly bare: string };

type Region = 'comment' | 'literal';

/** A `/` after one of these begins a regular expression, after anything else it divides. */
const BEFORE_REGEX =
  /(^|[(,=:[!&|?{};+\-*%<>~^]|\b(return|typeof|case|in|of|do|else|void|delete|await|yield|throw))$/;

/** Blanks a source; a small scanner, because TypeScript 7 has no compiler API to ask. */
export function blankSource(source: string): BlankedSource {
  const bare = [...Array(source.length)].map((_, index) => source.charAt(index));
  const withoutComments = [...bare];
  const blank = (from: number, to: number, region: Region) => {
    for (let index = from; index < to; index++) {
      if (source[index] === '\n') continue;
      bare[index] = ' ';
      if (region === 'comment') withoutComments[index] = ' ';
    }
  };
  scan(source, bare, blank);
  return { withoutComments: withoutComments.join(''), bare: bare.join('') };
}

function scan(
  source: string,
  bare: readonly string[],
  blank: (from: number, to: number, region: Region) => void,
): void {
  // Depth of braces at which each open template's `${` will end; the innermost is last.
  const templates: number[] = [];
  let depth = 0;
  let at = 0;
  const skipTemplateText = (from: number) => {
    const end = endOfTemplateText(source, from);
    blank(from, end, 'literal');
    if (source[end] === '$') {
      templates.push(depth);
      depth += 1;
      return end + 2;
    }
    return end + 1;
  };
  while (at < source.length) {
    const two = source.slice(at, at + 2);
    const one = source.charAt(at);
    if (two === '//' || two === '/*') {
      const end = endOfComment(source, at, two);
      blank(at, end, 'comment');
      at = end;
    } else if (one === "'" || one === '"') {
      const end = endOfQuoted(source, at + 1, one);
      blank(at + 1, end, 'literal');
      at = end + 1;
    } else if (one === '`') {
      at = skipTemplateText(at + 1);
    } else if (one === '/' && BEFORE_REGEX.test(codeBefore(bare, at))) {
      const end = endOfRegex(source, at + 1);
      blank(at + 1, end, 'literal');
      at = end + 1;
    } else if (one === '}' && templates.at(-1) === depth - 1) {
      templates.pop();
      depth -= 1;
      at = skipTemplateText(at + 1);
    } else {
      if (one === '{') depth += 1;
      if (one === '}') depth -= 1;
      at += 1;
    }
  }
}

function codeBefore(bare: readonly string[], at: number): string {
  let end = at;
  while (end > 0 && /\s/.test(bare[end - 1] ?? '')) end -= 1;
  return bare.slice(Math.max(0, end - 10), end).join('');
}

function endOfComment(source: string, from: number, opening: string): number {
  const closing = opening === '//' ? '\n' : '*/';
  const end = source.indexOf(closing, from + 2);
  if (end < 0) return source.length;
  return opening === '//' ? end : end + 2;
}

function endOfQuoted(source: string, from: number, quote: string): number {
  let at = from;
  while (at < source.length && source[at] !== quote && source[at] !== '\n') at += source[at] === '\\' ? 2 : 1;
  return Math.min(at, source.length);
}

function endOfTemplateText(source: string, from: number): number {
  let at = from;
  while (at < source.length && source[at] !== '`' && source.slice(at, at + 2) !== '${') {
    at += source[at] === '\\' ? 2 : 1;
  }
  return Math.min(at, source.length);
}

function endOfRegex(source: string, from: number): number {
  let inClass = false;
  let at = from;
  while (at < source.length && source[at] !== '\n' && (inClass || source[at] !== '/')) {
    if (source[at] === '[') inClass = true;
    if (source[at] === ']') inClass = false;
    at += source[at] === '\\' ? 2 : 1;
  }
  return Math.min(at, source.length);
}
