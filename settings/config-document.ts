import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  parseAllDocuments,
  parseDocument,
  visit,
  type YAMLError,
  type YAMLMap,
} from 'yaml';

/** 1-based. */
export type Position = { readonly line: number; readonly column: number };

/** Something wrong with the YAML itself. */
type SyntaxFault = Position & { readonly message: string };

/** Finds where a path stands in the source; a path that is not there gives its nearest parent. */
export type Locate = (path: readonly PropertyKey[], part: 'key' | 'value') => Position;

type ConfigDocument = ({ readonly kind: 'document' } & ParsedDocument) | Broken;

type ParsedDocument = { readonly value: unknown; readonly locate: Locate };

type Broken = { readonly kind: 'broken'; readonly faults: SyntaxFault[] };

/** Uses of anchors, counted with what they contain; a "billion laughs" document needs many more. */
const MAX_ALIASES = 100;
const TOO_DEEP = 'is nested too deeply';
const TWICE = 'the key is given twice in the same map; keep one of them';
const START: Position = { line: 1, column: 1 };

/** Parses YAML 1.2 (one document, unique keys, no custom tags) and remembers where everything stood. */
export function parseConfigDocument(text: string): ConfigDocument {
  const lines = new LineCounter();
  return withoutEnd(() => checked(parseDocument(text, optionsFor(lines)), lines));
}

/** The same of each document of a text (`---` between them) that is not empty. */
export function parseConfigDocuments(
  text: string,
): { readonly kind: 'documents'; readonly documents: readonly ParsedDocument[] } | Broken {
  const lines = new LineCounter();
  return withoutEnd(() => {
    const all = [...parseAllDocuments(text, optionsFor(lines))].map((document) => checked(document, lines));
    const faults = all.flatMap((each) => (each.kind === 'broken' ? each.faults : []));
    if (faults.length > 0) return { kind: 'broken', faults };
    const documents = all.flatMap((each) => (each.kind === 'document' && each.value !== null ? [each] : []));
    return { kind: 'documents', documents };
  });
}

function withoutEnd<T>(parse: () => T | Broken): T | Broken {
  try {
    return parse();
  } catch (error) {
    // The parser and its conversion to values recurse: a megabyte of "[" ends here.
    if (error instanceof RangeError) return broken(TOO_DEEP);
    throw error;
  }
}

function optionsFor(lineCounter: LineCounter) {
  return {
    lineCounter,
    // Pretty errors quote the source, and the source may hold a pasted secret.
    prettyErrors: false,
    stringKeys: true,
    // The library compares each key with every other one; `repeatedKeys` does not.
    uniqueKeys: false,
    logLevel: 'error',
  } as const;
}

function checked(document: Document, lines: LineCounter): ConfigDocument {
  const found = [...document.errors, ...document.warnings];
  if (found.length > 0) {
    return { kind: 'broken', faults: syntaxFaults(found, lines) };
  }
  const repeated = repeatedKeys(document, lines);
  if (repeated.length > 0) return { kind: 'broken', faults: repeated };
  return withValue(document, lines);
}

function withValue(document: Document, lines: LineCounter): ConfigDocument {
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return { kind: 'document', value, locate: createLocate(document, lines) };
  } catch (error) {
    // What `yaml` throws for an unknown alias and for too many of them.
    if (error instanceof ReferenceError) return broken(aliasProblem(error));
    throw error;
  }
}

function aliasProblem(error: ReferenceError): string {
  return error.message.startsWith('Excessive')
    ? `uses too many YAML aliases (more than ${MAX_ALIASES} once expanded)`
    : 'uses a YAML alias (*name) whose anchor (&name) does not stand before it';
}

function broken(message: string): Broken {
  return { kind: 'broken', faults: [{ ...START, message }] };
}

/** The first fault of each line; after it the parser only guesses. */
function syntaxFaults(errors: readonly YAMLError[], lines: LineCounter): SyntaxFault[] {
  // Nesting past the parser's limit closes thousands of brackets wrongly.
  const tooDeep = errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  const firstOfLine = new Map<number, SyntaxFault>();
  for (const error of tooDeep ? [tooDeep] : errors) {
    const at = position(lines, error.pos[0]);
    if (!firstOfLine.has(at.line)) firstOfLine.set(at.line, { ...at, message: syntaxProblem(error.code) });
  }
  return [...firstOfLine.values()];
}

/** Our own words: those of the library can quote the source. */
function syntaxProblem(code: YAMLError['code']): string {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'a tab cannot indent YAML; use spaces';
    case 'MULTIPLE_DOCS':
      return 'expected one YAML document, found a second one (---)';
    case 'TAG_RESOLVE_FAILED':
      return 'YAML tags (!name) are not supported; remove the tag';
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'not valid YAML: a second ": " in one line; put the value in quotes';
    case 'NON_STRING_KEY':
      return 'not valid YAML here: a list or map stands where a key belongs; quote text with [ ] { }';
    case 'RESOURCE_EXHAUSTION':
      return TOO_DEEP;
    case 'BAD_INDENT':
      return 'not valid YAML: wrong indentation, or a bracket that is not closed';
    default:
      return `not valid YAML (${code.toLowerCase().replaceAll('_', ' ')}); check indentation, quotes and brackets`;
  }
}

/** The first repeated key of each line. */
function repeatedKeys(document: Document, lines: LineCounter): SyntaxFault[] {
  const firstOfLine = new Map<number, SyntaxFault>();
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        const at = rangeStart(key, lines) ?? START;
        if (seen.has(name) && !firstOfLine.has(at.line)) firstOfLine.set(at.line, { ...at, message: TWICE });
        seen.add(name);
      }
    },
  });
  return [...firstOfLine.values()];
}

function createLocate(document: Document, lines: LineCounter): Locate {
  const keysOf = createKeyIndex();
  return (path, part) => {
    let node: unknown = document.contents;
    let place = START;
    for (const [index, step] of path.entries()) {
      const child = childAt({ document, keysOf }, node, step);
      if (child === undefined) break;
      const wanted = part === 'key' && index === path.length - 1 ? child.key : child.value;
      place = rangeStart(wanted, lines) ?? rangeStart(child.key, lines) ?? place;
      node = child.value;
    }
    return place;
  };
}

type Child = { readonly key: unknown; readonly value: unknown };

type KeysOf = (map: YAMLMap) => ReadonlyMap<string, Child>;

/** The keys of a map by name, each map read once: a file may have faults at sixty thousand of them. */
function createKeyIndex(): KeysOf {
  const known = new WeakMap<YAMLMap, ReadonlyMap<string, Child>>();
  return (map) => {
    const index =
      known.get(map) ??
      new Map(
        map.items.flatMap((pair): [string, Child][] =>
          isScalar(pair.key) ? [[String(pair.key.value), pair]] : [],
        ),
      );
    known.set(map, index);
    return index;
  };
}

function childAt(
  { document, keysOf }: { readonly document: Document; readonly keysOf: KeysOf },
  parent: unknown,
  step: PropertyKey,
): Child | undefined {
  const node = isNode(parent) && 'resolve' in parent ? parent.resolve(document) : parent;
  if (!isCollection(node)) return undefined;
  if (isMap(node)) return keysOf(node).get(String(step));
  const item = typeof step === 'number' ? node.items[step] : undefined;
  return item === undefined ? undefined : { key: item, value: item };
}

function rangeStart(node: unknown, lines: LineCounter): Position | undefined {
  return isNode(node) && node.range ? position(lines, node.range[0]) : undefined;
}

function position(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}
