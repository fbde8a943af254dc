import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { blankSource } from './blank-source.ts';
import { type FoundFunction, findFunctions } from './find-functions.ts';
import { type Import, scanImports } from './scan-imports.ts';

/**
 * One source file.
 *
 * @property path from the root, with `/`.
 * @property imports what it imports; `target` is the path of another module for a relative specifier, whether or
 *   not that exists.
 * @property bare see {@link blankSource}.
 * @property codeLines lines that hold more than comments and space.
 * @property functions see {@link findFunctions}.
 */
export type Module = {
  readonly path: string;
  readonly imports: readonly (Import & { readonly target: string | null })[];
  readonly bare: string;
  readonly codeLines: number;
  readonly functions: readonly FoundFunction[];
};

const SKIPPED_FOLDERS = new Set(['node_modules', 'fixtures', 'output', 'dist']);

/** Reads every `.ts` file below the named folders of a root; a folder that is not there holds none. */
export function readModules(root: string, folders: readonly string[]): Module[] {
  return folders.flatMap((folder) => sourceFiles(root, folder)).map((path) => readModule(root, path));
}

function sourceFiles(root: string, folder: string): string[] {
  const entries = readdirSync(root, { withFileTypes: true }).some((entry) => entry.name === folder)
    ? readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    : [];
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll(sep, '/'),
    )
    .filter((path) => !path.split('/').some((part) => SKIPPED_FOLDERS.has(part)))
    .toSorted();
}

function readModule(root: string, path: string): Module {
  const source = readFileSync(join(root, path), 'utf8');
  const blanked = blankSource(source);
  const { bare, withoutComments } = blanked;
  return {
    path,
    imports: scanImports(source).map((each) => ({
      ...each,
      // A declaration file is erased as a whole.
      kind: path.endsWith('.d.ts') ? 'type' : each.kind,
      target: targetOf(path, each.specifier),
    })),
    bare,
    codeLines: withoutComments.split('\n').filter((line) => line.trim() !== '').length,
    functions: findFunctions(blanked),
  };
}

function targetOf(path: string, specifier: string | null): string | null {
  return specifier?.startsWith('.') ? posix.join(posix.dirname(path), specifier) : null;
}

/**
 * Import cycles, types and dynamic imports included: one shortest cycle for every knot (strongly connected
 * component), as paths with the first repeated at the end.
 */
export function findCycles(modules: readonly Module[]): string[][] {
  return cyclesIn(
    new Map(
      modules.map(({ path, imports }) => [path, imports.flatMap(({ target }) => target ?? [])] as const),
    ),
  );
}

/**
 * Cycles of folders, as {@link findCycles} finds them of files: each file counts for the folder it lies in, and what
 * lies in the folders below that is not its own. Two folders that import from each other are read as one.
 */
export function findFolderCycles(modules: readonly Module[]): string[][] {
  const edges = new Map(modules.map(({ path }) => [posix.dirname(path), new Set<string>()]));
  for (const { path, imports } of modules) {
    const from = posix.dirname(path);
    for (const { target } of imports) {
      const to = target === null ? from : posix.dirname(target);
      if (to !== from && edges.has(to)) edges.get(from)?.add(to);
    }
  }
  return cyclesIn(new Map([...edges].map(([from, targets]) => [from, [...targets]])));
}

function cyclesIn(edges: Edges): string[][] {
  const explained = new Set<string>();
  return [...edges.keys()].toSorted().flatMap((start) => {
    if (explained.has(start)) return [];
    const cycle = shortestCycle(start, edges);
    if (cycle === undefined) return [];
    for (const path of knotOf(start, edges)) explained.add(path);
    return [cycle];
  });
}

type Edges = ReadonlyMap<string, readonly string[]>;

/** Breadth first, so the first way back to the start is a shortest one. */
function shortestCycle(start: string, edges: Edges): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const path of queue) {
    for (const next of edges.get(path) ?? []) {
      if (next === start) return [...wayTo(path, start, cameFrom), start];
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, path);
      queue.push(next);
    }
  }
  return undefined;
}

function wayTo(path: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [path];
  for (let at = path; at !== start; ) {
    at = cameFrom.get(at) ?? start;
    way.unshift(at);
  }
  return way;
}

/** What the start reaches and what reaches it back. */
function knotOf(start: string, edges: Edges): string[] {
  return [...reachableFrom(start, edges)].filter((path) => reachableFrom(path, edges).has(start));
}

function reachableFrom(start: string, edges: Edges): Set<string> {
  const reached = new Set([start]);
  for (const path of reached) for (const next of edges.get(path) ?? []) reached.add(next);
  return reached;
}
