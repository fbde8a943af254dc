import type { Locate } from './config-document.ts';
import { type ConfigFault, pathText } from './fault.ts';

/**
 * A key of a configuration file that had another name before. Paths from the document's root, `[]` for every entry of a
 * list: `journal.directory`, `subscriptions[].secretFile`; both have the same lists.
 *
 * @property convert what stood under the old name as it is written under the new one.
 */
export type RenamedKey = {
  readonly was: string;
  readonly now: string;
  readonly convert?: (value: unknown) => unknown;
};

type Path = readonly (string | number)[];

/** What stood at `from` and is read at `to`. */
export type Moved = { readonly key: RenamedKey; readonly from: Path; readonly to: Path };

/** @property value the document with the new names only. */
type Renamed = {
  readonly value: unknown;
  readonly moved: readonly Moved[];
  readonly clashes: readonly Moved[];
};

/** Reads old names as the new ones. Where both are given, the old one is left out and told as a clash. */
export function renameKeys(document: unknown, keys: readonly RenamedKey[]): Renamed {
  const moved: Moved[] = [];
  const clashes: Moved[] = [];
  let value = document;
  for (const key of keys) {
    for (const from of expand(document, key.was.split('.'))) {
      const move = { key, from, to: withIndexes(key.now, from) };
      const given = at(value, from);
      const clash = at(value, move.to) !== undefined;
      value = without(value, from);
      if (!clash) value = withValue(value, move.to, key.convert === undefined ? given : key.convert(given));
      (clash ? clashes : moved).push(move);
    }
  }
  return { value, moved, clashes };
}

/** Old and new name, both given. */
export function clashFaults(clashes: readonly Moved[], file: string, locate: Locate): ConfigFault[] {
  return clashes.map(({ from, to }) => ({
    file,
    ...locate(from, 'key'),
    path: pathText(from),
    message: `is called ${pathText(to)} now, which is given too; keep that one`,
  }));
}

/** One line for each old name that is used, at the first place where it is: old -> new. */
export function renameHints(moved: readonly Moved[], file: string, locate: Locate): string[] {
  const seen = new Set<RenamedKey>();
  return moved.flatMap(({ key, from }) => {
    if (seen.has(key)) return [];
    seen.add(key);
    const { line, column } = locate(from, 'key');
    return [`${file}:${line}:${column} ${key.was} -> ${key.now}: the old name still works`];
  });
}

/** The path as the file has it, of one in the document with the new names. */
export function asWritten(path: readonly PropertyKey[], moved: readonly Moved[]): readonly PropertyKey[] {
  const move = moved.find(({ to }) => to.every((step, index) => path[index] === step));
  return move === undefined ? path : [...move.from, ...path.slice(move.to.length)];
}

/** All paths of that pattern which are there. */
function expand(value: unknown, [step, ...rest]: readonly string[]): Path[] {
  if (step === undefined) return [[]];
  const name = step.replace('[]', '');
  const child = isMap(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  if (child === undefined) return [];
  if (name === step) return expand(child, rest).map((path) => [name, ...path]);
  if (!Array.isArray(child)) return [];
  return child.flatMap((entry, index) => expand(entry, rest).map((path) => [name, index, ...path]));
}

function withIndexes(pattern: string, from: Path): Path {
  const indexes = from.filter((step) => typeof step === 'number');
  return pattern.split('.').flatMap((step) => {
    const index = step.endsWith('[]') ? indexes.shift() : undefined;
    return index === undefined ? [step] : [step.slice(0, -2), index];
  });
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((parent, step) => (isNested(parent) ? parent[step] : undefined), value);
}

function withValue(parent: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(parent) && typeof step === 'number') {
    return parent.with(step, withValue(parent[step], rest, value));
  }
  // A section whose keys are all commented out is null.
  const map = parent ?? {};
  return isMap(map) ? { ...map, [step]: withValue(map[step], rest, value) } : parent;
}

function without(parent: unknown, [step, ...rest]: Path): unknown {
  if (step === undefined || !isNested(parent)) return parent;
  if (rest.length > 0) return withValue(parent, [step], without(parent[step], rest));
  const { [step]: _, ...others } = parent;
  return others;
}

function isNested(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}

function isMap(value: unknown): value is Record<string | number, unknown> {
  return isNested(value) && !Array.isArray(value);
}
